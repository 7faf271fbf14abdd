// Files that will go with a message.

import { element, fill, icon } from "./elements.js";
import { icons } from "./icons.js";

const MOST_FILES = 10;
const LARGEST_BYTES = 10 * 1024 * 1024;

/** Whether Discord would take the file; tells why not. */
export function takesFile(file, tell) {
  if (file.size <= LARGEST_BYTES) return true;
  tell(`${file.name} is too large: files can be up to 10 MB.`);
  return false;
}

/** `{node, files, add(files), set(files)}`; `changed()` is called when the reader removes or adds one. */
export function createTray(tell, changed) {
  const node = element("ul", { class: "tray", "aria-label": "Files", hidden: true });
  let files = [];

  function set(others) {
    files = others;
    node.hidden = files.length === 0;
    fill(node, files.map(card));
  }

  function card(file) {
    const drop = () => {
      set(files.filter((other) => other !== file));
      changed();
    };
    const look = { type: "button", class: "icon-button", "aria-label": `Remove ${file.name}` };
    return element("li", { class: "tray-file" },
      element("span", { "aria-hidden": "true" }, "📄"),
      element("span", { class: "tray-name", title: file.name }, file.name),
      element("button", { ...look, on: { click: drop } }, icon(icons.trash)));
  }

  function add(more) {
    const fitting = [...more].filter((file) => takesFile(file, tell));
    if (files.length + fitting.length > MOST_FILES) tell(`A message takes ${MOST_FILES} files.`);
    set([...files, ...fitting].slice(0, MOST_FILES));
    changed();
  }

  return {
    node,
    add,
    set,
    get files() {
      return files;
    },
  };
}

/** A hidden chooser behind a button: `open()` shows the system's dialog. */
export function createChooser(chosen, { multiple = true } = {}) {
  const input = element("input", { type: "file", multiple, hidden: true, tabindex: -1, "aria-hidden": "true" });
  input.addEventListener("change", () => {
    chosen([...input.files]);
    input.value = "";
  });
  return { input, open: () => input.click() };
}

/** Files dropped on `node` go to `dropped`. */
export function takeDrops(node, dropped) {
  const holds = (event) => event.dataTransfer?.types.includes("Files");
  node.addEventListener("dragover", (event) => {
    if (!holds(event)) return;
    event.preventDefault();
    node.classList.add("dropping");
  });
  node.addEventListener("dragleave", (event) => {
    if (!node.contains(event.relatedTarget)) node.classList.remove("dropping");
  });
  node.addEventListener("drop", (event) => {
    if (!holds(event)) return;
    event.preventDefault();
    node.classList.remove("dropping");
    dropped([...event.dataTransfer.files]);
  });
}
