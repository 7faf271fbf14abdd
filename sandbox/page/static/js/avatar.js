// A person's mark: the first letter of the name on a colour of their own.

import { element } from "./elements.js";

const HUES = 12;

/** `size` is "large" (beside a message) or "small" (in a line). */
export function avatar(user, size = "large") {
  const name = user.global_name ?? user.username;
  const hue = (Number(BigInt(user.id) % BigInt(HUES * 7)) % HUES) * (360 / HUES);
  const style = { "background-color": `hsl(${hue} 45% 45%)` };
  return element("span", { class: `avatar ${size}`, "aria-hidden": "true", style }, [...name][0]?.toUpperCase());
}
