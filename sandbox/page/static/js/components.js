// Components of a message: layouts, and rows of buttons and menus.

import { covered, fileCard, picture } from "./attachments.js";
import { element } from "./elements.js";
import { colourText } from "./embeds.js";
import { openForm } from "./form.js";
import { checked } from "./markdown_links.js";
import { outwardLink, renderMarkdown } from "./markdown_view.js";
import { renderSelect } from "./selects.js";

const STYLES = { 1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "link", 6: "premium" };
const CONTROLS = "button:is(.button, .select-button):enabled";
const LINK = 5;
const PREMIUM = 6;
const WIDE_SPACING = 2;

/** Everything that `message.components` says, in order. */
export function renderComponents(message, context) {
  if (!message.components?.length) return [];
  return [new Layout(message, context).node];
}

class Layout {
  #message;
  #context;
  #failure = element("p", { class: "failure", role: "alert", hidden: true });

  constructor(message, context) {
    this.#message = message;
    this.#context = context;
    this.node = element("div", { class: "components" }, this.#all(message.components), this.#failure);
  }

  #all(components) {
    return (components ?? []).map((component) => this.#one(component));
  }

  #one(component) {
    const draw = this.#drawers[component.type];
    return draw ? draw(component) : element("p", { class: "unknown-component" }, `Component of type ${component.type}`);
  }

  #drawers = {
    1: ({ components }) => element("div", { class: "action-row" }, this.#all(components)),
    2: (button) => this.#button(button),
    3: (select) => this.#select(select),
    5: (select) => this.#select(select),
    6: (select) => this.#select(select),
    7: (select) => this.#select(select),
    8: (select) => this.#select(select),
    9: ({ components, accessory }) =>
      element("div", { class: "section" },
        element("div", { class: "section-texts" }, this.#all(components)),
        accessory && element("div", { class: "accessory" }, this.#one(accessory))),
    10: ({ content }) => element("div", { class: "text-display markdown" }, renderMarkdown(content, this.#context)),
    11: (media) => element("div", { class: "thumbnail" }, this.#media(media)),
    12: ({ items }) =>
      element("div", { class: "gallery", data: { count: items.length } }, items.map((item) => this.#media(item))),
    13: ({ file, name, size, spoiler }) => {
      const card = fileCard(name ?? file.url.split("/").at(-1), size, file.url);
      return spoiler ? covered(card) : card;
    },
    14: ({ divider = true, spacing }) =>
      element(divider ? "hr" : "div", { class: ["separator", spacing === WIDE_SPACING && "wide"] }),
    17: (container) => this.#container(container),
  };

  #container({ accent_color: accent, spoiler, components }) {
    const colour = colourText(accent);
    const style = colour ? { "border-inline-start-color": colour } : {};
    const made = element("div", { class: ["container", colour && "accented"], style }, this.#all(components));
    return spoiler ? covered(made) : made;
  }

  #media({ media, description, spoiler }) {
    const drawn = picture(media.url, description ?? "");
    return spoiler ? covered(drawn) : drawn;
  }

  #button({ style, label, emoji, url, disabled, custom_id: customId }) {
    const name = emoji?.id ? `:${emoji.name}:` : emoji?.name;
    const sign = emoji && element("span", { class: "emoji", "aria-hidden": label ? "true" : null }, name);
    const text = label ? element("span", {}, label) : null;
    const look = `button ${STYLES[style] ?? "secondary"}`;
    const address = style === LINK && !disabled ? checked(url) : null;
    if (address) {
      return outwardLink(address, { class: look }, sign, text, element("span", { "aria-hidden": "true" }, "↗"));
    }
    const unusable = disabled || style === LINK || style === PREMIUM;
    const shown = style === PREMIUM ? "Buy" : [sign, text];
    const made = element("button", { type: "button", class: look, disabled: unusable }, shown);
    made.addEventListener("click", () => this.#ask(made, this.#context.actions.click(this.#message, customId)));
    return made;
  }

  #select(component) {
    const made = renderSelect(component, this.#context, {
      onChange: (values) => this.#ask(made, this.#context.actions.choose(this.#message, component.custom_id, values)),
    });
    return made;
  }

  /** Nothing else of the message can be used until the bot has answered. */
  async #ask(control, answer) {
    const used = [...this.node.querySelectorAll(CONTROLS)];
    control.classList.add("busy");
    control.setAttribute("aria-busy", "true");
    this.#failure.hidden = true;
    for (const one of used) one.disabled = true;
    try {
      const { form } = await answer;
      if (form) openForm(form, this.#context);
    } catch (refused) {
      this.#failure.textContent = refused.message;
      this.#failure.hidden = false;
    } finally {
      control.classList.remove("busy");
      control.removeAttribute("aria-busy");
      for (const one of used) one.disabled = false;
    }
  }
}
