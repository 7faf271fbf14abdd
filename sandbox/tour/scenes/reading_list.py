"""The list that the server keeps together."""

from __future__ import annotations

from sandbox.tour.stage import Stage, expect, private

ATTENTION = "Attention Is All You Need"


async def save_button(stage: Stage) -> None:
    stage.say("One click puts a paper on the server's reading list, and the card says so.")
    card = stage.card(ATTENTION)
    answer = await stage.press(stage.linus, card, "Save")
    expect(answer.updated is card, "the card itself answers the click")
    expect(f"Saved by {stage.linus.mention}" in card.text, "the card says that Linus saved it")


async def votes(stage: Stage) -> None:
    stage.say("Votes say what the room wants to read. Voting again takes the vote back.")
    card = stage.card(ATTENTION)
    await stage.press(stage.ada, card, "▲ Vote 0")
    await stage.press(stage.emmy, card, "▲ Vote 1")
    expect(card.button("▲ Vote 2"), "the button counts two votes")
    await stage.press(stage.ada, card, "▲ Vote 2")
    expect("▲ 1 vote" in card.text, "the card is back at one vote")
    await stage.press(stage.ada, card, "▲ Vote 1")
    expect("▲ 2 votes" in card.text, "the card counts two votes again")


async def save_command(stage: Stage) -> None:
    stage.say("A command saves a paper that nobody has posted, with tags and a note.")
    answer = await stage.command(
        stage.grace,
        "save",
        paper="https://huggingface.co/papers/2106.09685",
        tags="fine-tuning, week 10",
        note="short, and the appendix is worth it",
    )
    expect("Saved **LoRA: Low-Rank Adaptation" in private(answer).text, "the answer names the paper")


async def the_list(stage: Stage) -> None:
    stage.say("Typing a few letters finds a paper; the list shows what the room wants to read first.")
    choices = await stage.complete(stage.grace, "vote", paper="low-rank")
    expect([choice.name[:4] for choice in choices] == ["LoRA"], "autocomplete finds the one paper with these words")
    vote = await stage.command(stage.grace, "vote", paper=choices[0].value)
    expect("It has 1 vote." in vote.text, "the vote of Grace is counted")
    answer = await stage.command(stage.emmy, "list")
    shown = private(answer).text
    expect("### Reading list\n2 papers" in shown, "two papers are on the list")
    expect(0 < shown.find(ATTENTION) < shown.find("LoRA"), "the paper with more votes comes first")
    expect("fine-tuning, week 10" in shown, "the list shows the tags")
    card = await stage.press(stage.emmy, private(answer), "Show")
    expect(ATTENTION in private(card).text, "Show brings the card of the first paper")
