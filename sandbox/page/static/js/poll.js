// Polls: choosing, voting, the counts as they come, and the end.

import { votesText } from "./embeds.js";
import { element, fill } from "./elements.js";
import { keepUp } from "./timestamps.js";

const SPANS = [["day", 86_400], ["hour", 3_600], ["minute", 60]];

export function renderPoll(message, context) {
  return new PollView(message, context).node;
}

class PollView {
  #message;
  #context;
  #showsResults;
  #wasOpen;
  #left;

  constructor(message, context) {
    this.#message = message;
    this.#context = context;
    this.#showsResults = !this.#open || this.#chosen.length > 0;
    this.#wasOpen = this.#open;
    this.node = element("form", { class: "poll", "aria-label": `Poll: ${message.poll.question.text}` });
    this.node.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#vote([...new FormData(this.node).values()].map(Number));
    });
    this.node.addEventListener("change", () => this.#enable());
    this.#draw();
    if (this.#open) keepUp(this.node, () => this.#keepUp());
  }

  get #poll() {
    return this.#message.poll;
  }

  get #open() {
    return !this.#poll.results?.is_finalized && new Date(this.#poll.expiry) > this.#context.store.now();
  }

  get #chosen() {
    return (this.#poll.results?.answer_counts ?? []).filter((one) => one.me_voted);
  }

  #count(answer) {
    return this.#poll.results?.answer_counts.find(({ id }) => id === answer.answer_id)?.count ?? 0;
  }

  get #total() {
    return this.#poll.answers.reduce((sum, answer) => sum + this.#count(answer), 0);
  }

  #draw() {
    const { question, answers, allow_multiselect: several } = this.#poll;
    const hint = several ? "Select one or more answers" : "Select one answer";
    this.#left = element("span", {}, this.#timeLeft());
    fill(this.node,
      element("div", { class: "poll-question" }, question.text),
      this.#open && !this.#showsResults && element("small", { class: "poll-hint" }, hint),
      element("div", { class: "poll-answers" },
        answers.map((answer) => (this.#showsResults ? this.#result(answer) : this.#choice(answer, several)))),
      element("div", { class: "poll-foot" },
        element("span", {}, votesText(this.#total), " • ", this.#left),
        this.#buttons()));
    this.#enable();
  }

  #choice(answer, several) {
    const input = element("input", { type: several ? "checkbox" : "radio", name: "answer", value: answer.answer_id });
    return element("label", { class: "poll-answer" }, label(answer), input);
  }

  #result(answer) {
    const count = this.#count(answer);
    const share = this.#total ? Math.round((100 * count) / this.#total) : 0;
    const most = Math.max(...this.#poll.answers.map((one) => this.#count(one)));
    const won = !this.#open && count > 0 && count === most;
    const mine = this.#chosen.some(({ id }) => id === answer.answer_id);
    return element("div", { class: ["poll-answer", "result", won && "won", mine && "mine"] },
      element("div", { class: "poll-bar", style: { width: `${share}%` } }),
      label(answer),
      won && element("span", { class: "winner", role: "img", "aria-label": "Winner" }, "✔"),
      mine && element("span", { class: "my-vote", role: "img", "aria-label": "Your vote" }, "✓"),
      element("span", { class: "poll-count" }, `${votesText(count)} `, element("strong", {}, `${share}%`)));
  }

  #buttons() {
    if (!this.#open) return null;
    if (this.#chosen.length) return button("Remove vote", () => this.#vote([]));
    const show = (is) => () => {
      this.#showsResults = is;
      this.#draw();
    };
    if (this.#showsResults) return button("Back to vote", show(false));
    return [button("Show results", show(true)), element("button", { class: "button primary vote" }, "Vote")];
  }

  #enable() {
    const vote = this.node.querySelector(".vote");
    if (vote) vote.disabled = !this.node.querySelector(":checked");
  }

  async #vote(answerIds) {
    try {
      await this.#context.actions.vote(this.#message, answerIds);
    } catch (refused) {
      this.#context.tell(refused.message);
    }
  }

  #keepUp() {
    if (this.#open === this.#wasOpen) {
      this.#left.textContent = this.#timeLeft();
      return;
    }
    this.#wasOpen = this.#open;
    this.#showsResults = true;
    this.#draw();
  }

  #timeLeft() {
    if (this.#poll.results?.is_finalized) return "Poll closed";
    const seconds = Math.floor((new Date(this.#poll.expiry) - this.#context.store.now()) / 1000);
    if (seconds <= 0) return "Poll closed • counting";
    const [unit, size] = SPANS.find(([, length]) => seconds >= length) ?? ["second", 1];
    return `${Math.floor(seconds / size)}${unit[0]} left`;
  }
}

function label({ poll_media: { text, emoji } }) {
  const sign = emoji && (emoji.id ? `:${emoji.name}:` : emoji.name);
  return element("span", { class: "poll-answer-text" }, sign && `${sign} `, text);
}

function button(text, click) {
  return element("button", { type: "button", class: "button plain", on: { click } }, text);
}
