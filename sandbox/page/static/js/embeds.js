// Embeds, and the result of a poll, which Discord sends as one.

import { picture, smallPicture } from "./attachments.js";
import { element } from "./elements.js";
import { checked } from "./markdown_links.js";
import { outwardLink, renderMarkdown } from "./markdown_view.js";
import { headerTime } from "./timestamps.js";

export function renderEmbeds(message, context) {
  return (message.embeds ?? []).map((embed) =>
    embed.type === "poll_result" ? pollResult(embed, message, context) : renderEmbed(embed, context));
}

/** "#5865f2" of Discord's number for a colour; null for none. */
export function colourText(number) {
  return number === null || number === undefined ? null : `#${number.toString(16).padStart(6, "0")}`;
}

function renderEmbed(embed, context) {
  const markdown = (text) => renderMarkdown(text, context);
  const { author, title, url, description, fields = [], image, thumbnail } = embed;
  const colour = colourText(embed.color);
  return element("div", { class: "embed", style: colour ? { "border-inline-start-color": colour } : {} },
    element("div", { class: "embed-main" },
      author && element("div", { class: "embed-author" },
        author.icon_url && smallPicture(author.icon_url),
        linked(author.name, author.url)),
      title && element("div", { class: "embed-title" },
        linked(renderMarkdown(title, context, { headings: false }), url)),
      description && element("div", { class: "embed-text markdown" }, markdown(description)),
      fields.length > 0 && element("div", { class: "embed-fields" },
        fields.map(({ name, value, inline }) => element("div", { class: ["embed-field", inline && "inline"] },
          element("div", { class: "embed-field-name" }, markdown(name)),
          element("div", { class: "markdown" }, markdown(value))))),
      image && element("div", { class: "embed-image" }, picture(image.url, image.description ?? "")),
      footer(embed, context)),
    thumbnail && element("div", { class: "embed-thumbnail" }, picture(thumbnail.url, thumbnail.description ?? "")));
}

function footer({ footer: foot, timestamp }, context) {
  const time = timestamp && headerTime(new Date(timestamp), context.store.now());
  const text = [foot?.text, time].filter(Boolean).join(" • ");
  return text && element("div", { class: "embed-footer" }, foot?.icon_url && smallPicture(foot.icon_url), text);
}

function linked(content, url) {
  const address = url && checked(url);
  return address ? outwardLink(address, {}, content) : content;
}

function pollResult(embed, message, context) {
  const values = Object.fromEntries((embed.fields ?? []).map(({ name, value }) => [name, value]));
  const total = Number(values.total_votes ?? 0);
  const share = total ? Math.round((100 * Number(values.victor_answer_votes ?? 0)) / total) : 0;
  const emoji = values.victor_answer_emoji_id ? null : values.victor_answer_emoji_name;
  const winner = values.victor_answer_text ?? null;
  const reference = message.message_reference;
  const open = () => context.go(reference.channel_id, reference.message_id);
  return element("div", { class: "poll-result" },
    element("div", { class: "poll-result-text" },
      element("strong", {}, emoji && `${emoji} `, winner ?? (total ? "It was a tie" : "There was no winner")),
      winner !== null && element("span", { class: "winner", role: "img", "aria-label": "Winner" }, " ✔"),
      element("small", {}, winner === null ? votesText(total) : `${votesText(total)} • ${share}%`)),
    reference && element("button", { type: "button", class: "button secondary", on: { click: open } }, "View Poll"));
}

/** "1 vote", "12 votes". */
export function votesText(count) {
  return `${count.toLocaleString()} ${count === 1 ? "vote" : "votes"}`;
}
