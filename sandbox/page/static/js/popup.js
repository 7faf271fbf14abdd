// A small window beside what opened it: closed by Escape, by a press elsewhere, or by what opens next.

let closeOpen = () => {};

/**
 * Opens `node` with its corner at the point, or as near as the window allows; gives the function that closes it. On a
 * phone it stands at the bottom instead. The focus goes back to where it was.
 */
export function openPopup(node, { x, y }, closed = () => {}) {
  closeOpen();
  const before = document.activeElement;
  const gone = new AbortController();

  function close() {
    if (gone.signal.aborted) return;
    gone.abort();
    const hadFocus = node.contains(document.activeElement);
    node.remove();
    if (hadFocus) before?.focus({ preventScroll: true });
    closed();
  }

  function key(event) {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    close();
  }

  node.classList.add("popup");
  document.body.append(node);
  const { width, height } = node.getBoundingClientRect();
  node.style.setProperty("--x", `${Math.max(8, Math.min(x, window.innerWidth - width - 8))}px`);
  node.style.setProperty("--y", `${Math.max(8, Math.min(y, window.innerHeight - height - 8))}px`);
  const listen = { capture: true, signal: gone.signal };
  document.addEventListener("pointerdown", ({ target }) => !node.contains(target) && close(), listen);
  document.addEventListener("keydown", key, listen);
  window.addEventListener("resize", close, listen);
  closeOpen = close;
  return close;
}

/** Below an element, its right edges in one line. */
export function below(anchor, width) {
  const { right, bottom } = anchor.getBoundingClientRect();
  return { x: right - width, y: bottom + 4 };
}
