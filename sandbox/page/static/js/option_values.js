// What an option of a command takes, and what is wrong with what was typed.

import { candidatesOf } from "./select_candidates.js";

export const OptionType = {
  text: 3, integer: 4, boolean: 5, user: 6, channel: 7, role: 8, mentionable: 9, number: 10, attachment: 11,
};

const SELECT_FOR = {
  [OptionType.user]: 5,
  [OptionType.role]: 6,
  [OptionType.mentionable]: 7,
  [OptionType.channel]: 8,
};

const THING = {
  [OptionType.user]: "user", [OptionType.role]: "role", [OptionType.mentionable]: "user or role",
  [OptionType.channel]: "channel",
};

const INTEGER = /^[+-]?\d{1,16}$/;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)$/;

/** Everything that can be chosen, each `{label, detail, sign, value}`; null where the reader types freely. */
export function choicesOf(option, context) {
  if (option.choices?.length) return option.choices.map(({ name, value }) => ({ label: name, value }));
  if (option.type === OptionType.boolean) return [{ label: "True", value: true }, { label: "False", value: false }];
  const type = SELECT_FOR[option.type];
  if (!type) return null;
  const component = { type, channel_types: option.channel_types };
  return candidatesOf(component, context, context.store.current.guildId)
    .map(({ label, description, sign, value }) => ({ label, detail: description, sign, value }));
}

/** `{value}` (undefined for nothing) or `{problem}` of a text that was typed, not chosen. */
export function readOption(option, text, choices) {
  if (!text.trim()) return option.required ? { problem: "This option is required. Specify a value" } : {};
  if (choices) return readChoice(option, text, choices);
  if (option.type === OptionType.integer) return readNumber(option, text, INTEGER, "Enter a valid integer");
  if (option.type === OptionType.number) return readNumber(option, text, NUMBER, "Enter a valid number");
  const { min_length: least = 0, max_length: most = 6000 } = option;
  const typed = text.trim();
  if (typed.length < least) return { problem: `Must be at least ${least} characters long` };
  return typed.length > most ? { problem: `Must be ${most} or fewer characters long` } : { value: typed };
}

function readChoice(option, text, choices) {
  const wanted = text.trim().replace(/^[@#]/, "").toLowerCase();
  const found = choices.find(({ label, detail }) => label.toLowerCase() === wanted || detail?.toLowerCase() === wanted);
  if (found) return { value: found.value };
  const thing = THING[option.type];
  return { problem: thing ? `Specify a valid ${thing}` : "Specify a valid choice" };
}

function readNumber({ min_value: least, max_value: most }, text, pattern, problem) {
  if (!pattern.test(text.trim())) return { problem };
  const value = Number(text);
  if (least !== undefined && value < least) return { problem: `Must be greater than or equal to ${least}` };
  return most !== undefined && value > most ? { problem: `Must be less than or equal to ${most}` } : { value };
}
