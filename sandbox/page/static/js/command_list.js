// The slash commands as the list offers them: each subcommand is an entry of its own.

const SLASH = 1;
const NESTED = new Set([1, 2]); // subcommands and groups of them

/** `{path, description, options}` for each; `path` is "settings watch" for a subcommand. */
export function slashCommands(commands) {
  return commands.filter(({ type }) => (type ?? SLASH) === SLASH).flatMap((command) => unfolded(command, command.name));
}

function unfolded({ description, options = [] }, path) {
  const nested = options.filter(({ type }) => NESTED.has(type));
  if (nested.length) return nested.flatMap((option) => unfolded(option, `${path} ${option.name}`));
  return [{ path, description, options }];
}

/** Those that fit what is typed after "/": first those that begin with it. */
export function fitting(entries, typed) {
  const wanted = typed.toLowerCase();
  const begins = entries.filter(({ path }) => path.startsWith(wanted));
  const has = entries.filter(({ path }) => !path.startsWith(wanted) && path.includes(wanted));
  return [...begins, ...has];
}
