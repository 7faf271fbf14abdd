// Keeps the keyboard's focus when something is drawn again.

let last = null; // what has the focus, or lost it by being disabled, as a pressed button is while its click is answered

document.addEventListener("focusin", ({ target }) => (last = target));
document.addEventListener("focusout", ({ target }) => {
  if (!target.disabled) last = null;
});

/** Runs `draw`, which replaces what is in `node`; what had the focus gets it again where it still exists. */
export function keepFocus(node, draw) {
  const focused = document.activeElement === document.body ? last : document.activeElement;
  if (!focused || node === focused || !node.contains(focused)) {
    draw();
    return;
  }
  const before = [...node.querySelectorAll(focused.tagName)];
  draw();
  const after = [...node.querySelectorAll(focused.tagName)];
  const nth = before.filter((other) => name(other) === name(focused)).indexOf(focused);
  const same = after.filter((other) => name(other) === name(focused))[nth];
  const place = after.length === before.length ? after[before.indexOf(focused)] : null; // "2 reactions" are now 3
  (same ?? place)?.focus({ preventScroll: true });
}

function name(focusable) {
  return focusable.getAttribute("aria-label") ?? focusable.textContent;
}
