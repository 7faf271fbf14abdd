// A small choice of common emoji.

import { element, fill } from "./elements.js";
import { openPopup } from "./popup.js";

const COLUMNS = 8;

const EMOJI = [
  ["👍", "thumbs up yes"], ["👎", "thumbs down no"], ["❤️", "heart love"], ["😂", "joy laughing tears"],
  ["🎉", "tada party"], ["🔥", "fire"], ["👀", "eyes look"], ["✅", "check mark done"],
  ["❌", "cross mark wrong"], ["💯", "hundred"], ["🙏", "pray thanks please"], ["👏", "clap applause"],
  ["🚀", "rocket"], ["⭐", "star"], ["💡", "bulb idea"], ["🤔", "thinking"],
  ["😀", "grinning"], ["😄", "smile"], ["😅", "sweat smile"], ["😉", "wink"],
  ["😊", "blush"], ["😍", "heart eyes"], ["😎", "cool sunglasses"], ["🤓", "nerd glasses"],
  ["😮", "surprised open mouth"], ["😢", "crying sad"], ["😭", "sob"], ["😡", "angry rage"],
  ["😴", "sleeping"], ["🤯", "exploding head"], ["🥳", "partying"], ["🤷", "shrug"],
  ["👋", "wave hello"], ["👌", "ok hand"], ["✌️", "victory peace"], ["🤝", "handshake"],
  ["💪", "strong muscle"], ["🫡", "salute"], ["🧠", "brain"], ["👑", "crown"],
  ["📄", "page paper"], ["📚", "books"], ["📖", "open book reading"], ["📌", "pushpin"],
  ["🔖", "bookmark"], ["📝", "memo note"], ["📊", "bar chart"], ["📈", "chart rising"],
  ["📅", "calendar date"], ["⏰", "alarm clock"], ["⏳", "hourglass"], ["🔍", "magnifying glass search"],
  ["🔗", "link"], ["🧪", "test tube experiment"], ["🔬", "microscope science"], ["🤖", "robot bot"],
  ["☕", "coffee"], ["🍕", "pizza"], ["🍰", "cake"], ["🎂", "birthday"],
  ["🌟", "glowing star"], ["🌍", "earth globe"], ["⚠️", "warning"], ["❓", "question"],
];

/** Opens it at a point (as `openPopup` takes it); `picked(emoji)` is called with the one pressed. */
export function pickEmoji(place, picked) {
  const search = element("input", { type: "search", class: "emoji-search", placeholder: "Find an emoji",
    "aria-label": "Find an emoji" });
  const grid = element("div", { class: "emoji-grid" });
  const node = element("div", { class: "emoji-picker", role: "dialog", "aria-label": "Emoji" }, search, grid);

  function show() {
    const wanted = search.value.trim().toLowerCase();
    const fitting = EMOJI.filter(([sign, words]) => words.includes(wanted) || sign === search.value.trim());
    fill(grid, fitting.length ? fitting.map(button) : element("p", { class: "empty" }, "No emoji found"));
  }

  function button([sign, words]) {
    const pick = () => {
      close();
      picked(sign);
    };
    const look = { type: "button", class: "emoji-button", title: words, "aria-label": `${sign} ${words}` };
    return element("button", { ...look, on: { click: pick } }, sign);
  }

  function key(event) {
    const buttons = [...grid.querySelectorAll("button")];
    const at = buttons.indexOf(document.activeElement);
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: COLUMNS, ArrowUp: -COLUMNS }[event.key];
    if (event.key === "Enter" && at === -1) {
      event.preventDefault();
      buttons[0]?.click();
    } else if (step && (at !== -1 || event.key === "ArrowDown")) {
      event.preventDefault();
      (at === -1 ? buttons[0] : (buttons[at + step] ?? (at + step < 0 ? search : null)))?.focus();
    }
  }

  show();
  search.addEventListener("input", show);
  node.addEventListener("keydown", key);
  const close = openPopup(node, place);
  search.focus();
}
