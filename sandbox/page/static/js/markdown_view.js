// Draws the tree of a message's text. Everything from the text is put in as text.

import { element } from "./elements.js";
import { parseMarkdown } from "./markdown.js";
import { timeElement } from "./timestamps.js";

const SIMPLE = { strong: "strong", emphasis: "em", underline: "u", strike: "s", quote: "blockquote", small: "small" };

/** The text as nodes. `headings: false` where Discord shows no headings. */
export function renderMarkdown(text, context, { headings = true } = {}) {
  return drawn(parseMarkdown(text, { headings }), context);
}

/** The text as one line without marks, for excerpts and labels. */
export function plainText(text, context) {
  const lines = element("div", {}, renderMarkdown(text, context));
  return lines.textContent.replace(/\s+/g, " ").trim();
}

/** A link that leaves the page; `address` is http or https. */
export function outwardLink(address, properties, ...children) {
  return element("a", { href: address, target: "_blank", rel: "noopener noreferrer", ...properties }, ...children);
}

function drawn(nodes, context) {
  return nodes.map((node) => draw(node, context));
}

function draw(node, context) {
  const { type } = node;
  if (type in SIMPLE) return element(SIMPLE[type], {}, drawn(node.children, context));
  if (type in DRAWN) return DRAWN[type](node, context);
  return document.createTextNode(node.text);
}

const DRAWN = {
  heading: ({ level, children }, context) =>
    element(`h${level + 2}`, { class: `heading-${level}` }, drawn(children, context)),
  code: ({ text }) => element("code", {}, text),
  codeBlock: ({ text, language }) => element("pre", { data: language ? { language } : {} }, element("code", {}, text)),
  spoiler: ({ children }, context) => spoiler(drawn(children, context)),
  list,
  link: ({ url, title, children }, context) => outwardLink(url, { title: title ?? url }, drawn(children, context)),
  emoji: ({ name }) => element("span", { class: "emoji" }, `:${name}:`),
  everyone: ({ text }) => pill(text),
  user: ({ id }, context) => pill(`@${nameOf(id, context)}`),
  role: ({ id }, context) => pill(`@${context.store.role(context.store.current.guildId, id)?.name ?? "unknown-role"}`),
  channel: ({ id }, { store, go }) => {
    const channel = store.channel(id);
    return channel ? pill(`#${channel.name}`, () => go(id)) : pill("#unknown");
  },
  command: ({ name }) => pill(`/${name}`),
  place: ({ place }) => pill({ home: "Server Guide", browse: "Browse Channels" }[place] ?? "Channels & Roles"),
  timestamp: ({ seconds, style }, context) => timeElement(new Date(seconds * 1000), style, context),
};

/** What a member is called here. */
export function nameOf(id, { store }) {
  const member = store.member(store.current.guildId, id);
  const user = member?.user ?? store.user(id);
  return member?.nick ?? user?.global_name ?? user?.username ?? "unknown-user";
}

function pill(text, open = null) {
  if (!open) return element("span", { class: "mention" }, text);
  return element("button", { type: "button", class: "mention", on: { click: open } }, text);
}

function list({ start, items }, context) {
  const lines = items.map((item) =>
    element("li", {}, drawn(item.children, context), item.lists.map((inner) => list(inner, context))));
  return start === null ? element("ul", {}, lines) : element("ol", { start }, lines);
}

/** Hidden until the reader asks; what is inside cannot be used before that. */
export function spoiler(children) {
  const content = element("span", { class: "spoiler-content", inert: true }, children);
  const asButton = { role: "button", tabindex: 0, "aria-label": "Spoiler", "aria-expanded": "false" };
  const cover = element("span", { class: "spoiler", ...asButton }, content);
  const reveal = (event) => {
    if (event.type === "keydown" && !["Enter", " "].includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    content.removeAttribute("inert");
    for (const name of Object.keys(asButton)) cover.removeAttribute(name);
    cover.classList.add("revealed");
    for (const type of ["click", "keydown"]) cover.removeEventListener(type, reveal);
  };
  for (const type of ["click", "keydown"]) cover.addEventListener(type, reveal);
  return cover;
}
