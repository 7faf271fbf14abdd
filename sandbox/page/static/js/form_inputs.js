// The inputs of a form. Each is `{node, customId, focus(), value, problem}`: what was filled in, as the sandbox takes
// it, and a sentence on what is wrong with it, or null.

import { element } from "./elements.js";
import { renderSelect } from "./selects.js";

const PARAGRAPH = 2;
const LONGEST_TEXT = 4000;
const NEAR_THE_LIMIT = 0.8; // of the characters, from where on they are counted
const REQUIRED = "This field is required.";

let made = 0;

/** `null` for a component that is no input. `name` is the `id` of the element with the label. */
export function formInput(component, context, name) {
  const draw = INPUTS[component.type];
  return draw ? Object.assign(draw(component, context, name), { customId: component.custom_id }) : null;
}

/** An id for an element, used once in the page. */
export const newId = () => `form-${++made}`;

export const isRequired = (component) => component.required !== false && component.type !== 23;

const INPUTS = {
  3: menu,
  4: text,
  5: menu,
  6: menu,
  7: menu,
  8: menu,
  21: radioGroup,
  22: checkboxGroup,
  23: checkbox,
};

function text(component, context, name) {
  const least = component.min_length ?? 0;
  const most = component.max_length ?? LONGEST_TEXT;
  const long = component.style === PARAGRAPH;
  const input = element(long ? "textarea" : "input", {
    class: "form-text",
    type: long ? null : "text",
    rows: long ? 4 : null,
    maxlength: most,
    placeholder: component.placeholder,
    autocomplete: "off",
    "aria-labelledby": name,
    "aria-required": String(isRequired(component)),
  });
  input.value = component.value ?? "";
  const counter = element("span", { class: "form-counter", "aria-live": "polite" });
  const count = () => {
    const { length } = input.value;
    counter.textContent = length < least && length > 0 ? `${length}, at least ${least}` : `${length}/${most}`;
    counter.hidden = length < most * NEAR_THE_LIMIT && (length >= least || length === 0);
  };
  input.addEventListener("input", count);
  count();
  return {
    node: element("div", { class: "form-text-frame" }, input, counter),
    focus: () => input.focus(),
    get value() {
      return input.value;
    },
    get problem() {
      const { length } = input.value;
      if (!length) return isRequired(component) ? REQUIRED : null;
      if (length < least) return `Must be at least ${least} ${least === 1 ? "character" : "characters"} long.`;
      return length > most ? `Must be ${most} or fewer in length.` : null;
    },
  };
}

function menu(component, context, name) {
  const select = renderSelect(component, context);
  return {
    node: element("div", { role: "group", "aria-labelledby": name }, select),
    focus: () => select.querySelector("button").focus(),
    get value() {
      return select.values;
    },
    get problem() {
      if (!select.values.length) return isRequired(component) ? REQUIRED : null;
      return select.problem;
    },
  };
}

function radioGroup(component, context, name) {
  const group = options("radio", component, name);
  return {
    ...group.parts,
    get value() {
      return group.chosen()[0] ?? null;
    },
    get problem() {
      return isRequired(component) && !group.chosen().length ? REQUIRED : null;
    },
  };
}

function checkboxGroup(component, context, name) {
  const group = options("checkbox", component, name);
  const least = component.min_values ?? (isRequired(component) ? 1 : 0);
  const most = component.max_values ?? component.options.length;
  return {
    ...group.parts,
    get value() {
      return group.chosen();
    },
    get problem() {
      const { length } = group.chosen();
      if (!length) return isRequired(component) ? REQUIRED : null;
      if (length < least) return `Choose at least ${least}.`;
      return length > most ? `Choose at most ${most}.` : null;
    },
  };
}

function options(type, component, name) {
  const shared = newId();
  const inputs = component.options.map(({ value, default: checked }) =>
    element("input", { type, name: shared, value, checked }));
  const lines = component.options.map(({ label, description }, at) =>
    element("label", { class: "form-choice" },
      inputs[at],
      element("span", {}, label, description && element("small", {}, description))));
  const role = type === "radio" ? "radiogroup" : "group";
  return {
    parts: {
      node: element("div", { class: "form-choices", role, "aria-labelledby": name }, lines),
      focus: () => (inputs.find((input) => input.checked) ?? inputs[0]).focus(),
    },
    chosen: () => inputs.filter((input) => input.checked).map((input) => input.value),
  };
}

function checkbox(component, context, name) {
  const input = element("input", { type: "checkbox", "aria-labelledby": name, checked: component.default });
  return {
    node: element("div", { class: "form-choice" }, input),
    focus: () => input.focus(),
    get value() {
      return input.checked;
    },
    problem: null,
  };
}
