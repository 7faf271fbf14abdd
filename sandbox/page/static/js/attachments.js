// Files and pictures. Pictures come from the sandbox alone; one from elsewhere is named, not loaded.

import { element } from "./elements.js";
import { checked } from "./markdown_links.js";
import { outwardLink } from "./markdown_view.js";

const UNITS = ["bytes", "KB", "MB", "GB"];
const SPOILER = "SPOILER_";

/** All files of a message. */
export function renderAttachments(attachments) {
  return attachments.map((file) => {
    const drawn = file.content_type?.startsWith("image/")
      ? picture(file.url, file.description ?? "", file.filename)
      : fileCard(file.filename, file.size, file.url);
    return element("div", { class: "attachment" }, file.filename.startsWith(SPOILER) ? covered(drawn) : drawn);
  });
}

/** A picture that opens large; `name` is what to call one without a description. */
export function picture(address, description, name = "picture") {
  const local = localPath(address);
  if (local === null) return placeholder(address, description);
  const image = element("img", { src: local, alt: description, loading: "lazy" });
  const open = () => enlarge(local, description);
  const label = `Enlarge ${description || name}`;
  return element("button", { type: "button", class: "picture", "aria-label": label, on: { click: open } }, image);
}

/** A small picture that does nothing (icons of embeds); nothing where it is from elsewhere. */
export function smallPicture(address) {
  const local = localPath(address);
  return local === null ? null : element("img", { class: "small-picture", src: local, alt: "" });
}

export function fileCard(name, size, address) {
  const local = localPath(address);
  const title = local === null ? element("span", {}, name) : element("a", { href: local, download: name }, name);
  const again = { class: "download", href: local, download: name, "aria-label": `Download ${name}` };
  return element("div", { class: "file-card" },
    element("span", { class: "file-sign", "aria-hidden": "true" }, "📄"),
    element("div", { class: "file-name" }, title, element("small", {}, size === undefined ? "" : sizeText(size))),
    local !== null && element("a", again, "⭳"));
}

/** Something behind a cover that a click takes away. */
export function covered(drawn) {
  const content = element("div", { class: "covered-content", inert: true }, drawn);
  const place = element("div", { class: "covered" }, content);
  const reveal = () => {
    content.removeAttribute("inert");
    place.classList.add("revealed");
    cover.remove();
  };
  const properties = { type: "button", class: "cover", "aria-label": "Show spoiler", on: { click: reveal } };
  const cover = element("button", properties, "SPOILER");
  place.append(cover);
  return place;
}

/** "1.4 KB". */
export function sizeText(bytes) {
  const power = bytes < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log(bytes) / Math.log(1024)));
  const amount = bytes / 1024 ** power;
  return `${power ? amount.toFixed(1) : amount} ${bytes === 1 ? "byte" : UNITS[power]}`;
}

/** The path of a file that the sandbox itself serves, or null. */
function localPath(address) {
  const url = URL.canParse(address, location.href) ? new URL(address, location.href) : null;
  const local = url?.origin === location.origin || isLoopback(url);
  return local && url.pathname.startsWith("/attachments/") ? url.pathname : null;
}

/** The sandbox names its own files by a loopback address, whatever address the page was opened at. */
function isLoopback(url) {
  return url?.protocol === "http:" && ["127.0.0.1", "localhost"].includes(url.hostname);
}

function placeholder(address, description) {
  const url = checked(address);
  const label = description || "Picture";
  const look = { class: "picture-elsewhere" };
  if (!url) return element("span", look, label);
  return outwardLink(url, look, element("span", {}, label), element("small", {}, new URL(url).host));
}

function enlarge(path, description) {
  const dialog = element("dialog", { class: "enlarged", "aria-label": description || "Picture" },
    element("form", { method: "dialog" }, element("button", { class: "close", "aria-label": "Close" }, "✕")),
    element("img", { src: path, alt: description }));
  dialog.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
