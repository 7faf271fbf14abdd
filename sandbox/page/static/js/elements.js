// Builds DOM. Text goes in as text nodes only: nothing in this page ever parses markup out of a string.

const SVG = "http://www.w3.org/2000/svg";

/**
 * An element with properties and children.
 *
 * `properties`: `class` (a string, or a list whose false entries are left out), `data` (for `dataset`), `on` (event
 * name to listener), `style` (CSS property to value); everything else is an attribute (`true`: present, `false`, `null`
 * or `undefined`: absent). Children: nodes, strings, numbers, lists of these; false, null and undefined are left out.
 */
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) set(made, name, value);
  made.append(...nodes(children));
  return made;
}

/** An icon of 24 by 24 units from one SVG path; decoration only, so hidden from screen readers. */
export function icon(path) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

/** Puts these children in place of what is there. */
export function fill(parent, ...children) {
  parent.replaceChildren(...nodes(children));
  return parent;
}

function set(made, name, value) {
  if (value === false || value === null || value === undefined) return;
  if (name === "class") made.className = Array.isArray(value) ? value.filter(Boolean).join(" ") : value;
  else if (name === "data") Object.assign(made.dataset, value);
  else if (name === "on") for (const [event, listener] of Object.entries(value)) made.addEventListener(event, listener);
  else if (name === "style") for (const [property, text] of Object.entries(value)) made.style.setProperty(property, text);
  else made.setAttribute(name, value === true ? "" : String(value));
}

function nodes(children) {
  return children
    .flat(Infinity)
    .filter((child) => child !== false && child !== null && child !== undefined)
    .map((child) => (child instanceof Node ? child : document.createTextNode(String(child))));
}
