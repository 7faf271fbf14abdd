"""What members learned of a paper: what came of trying it, what it says in plain words, what to read before."""

from __future__ import annotations

from datetime import timedelta

from sandbox.people import Person
from sandbox.reading import button_beside
from sandbox.state.message import Message
from sandbox.tour.scenes.reading_list import ATTENTION
from sandbox.tour.stage import Stage, expect, private

_PAPER, _BEFORE = "1706.03762", "1409.0473"
_FAILED = "did not reproduce"


async def reported(stage: Stage) -> None:
    stage.say("Who tried a paper tells what came of it, and in which setting; without a name if they like that better.")
    for person, outcome, anonymous, setting, happened in (
        (stage.ada, _FAILED, False, "WMT14, one A100", "25.1 BLEU instead of 27.3."),
        (stage.linus, "reproduced", False, "WMT14, eight P100", "27.2 BLEU. Average the last checkpoints."),
        (stage.emmy, "partly", True, "IWSLT14, a card for games", "Better than an LSTM after 40 epochs."),
    ):
        answer = await stage.command(person, "report", paper=_PAPER, outcome=outcome, anonymous=anonymous)
        expect(answer.modal is not None, "a form opens")
        if answer.modal is not None:
            await person.submit(answer.modal, {"setting": setting, "tried": "Table 2", "happened": happened})
    card = stage.card(ATTENTION)
    await stage.until(lambda: "2 tried it, 1 could: ✅ 1 · ✗ 1" in card.text, what="the sum on the card")
    await _explained(stage)
    stage.say("The one without a name comes on the full hour, with whatever else has none: the moment tells nothing.")
    now = stage.community.clock.now()
    stage.jump_to(now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=2))
    await stage.until(lambda: "3 tried it, 1 could: ✅ 1 · ◐ 1 · ✗ 1" in card.text, what="all three on the card")
    stage.show(card)
    page = private(await stage.command(stage.grace, "reports show", paper=_PAPER))
    expect("without a name" in page.text and stage.emmy.mention not in page.text, "nobody sees whose it is")
    expect("💡 What made the difference: Average" in page.text, "what failed is shown with what explains it")


async def _explained(stage: Stage) -> None:
    """Linus knows why Ada's failed, and she says so."""
    answer = await stage.press(stage.linus, await _failed(stage, stage.linus), "Answer")
    if answer.modal is not None:
        await stage.linus.submit(answer.modal, {"text": "Average the last five checkpoints, as the authors did."})
    await stage.press(stage.ada, await _failed(stage, stage.ada), "Made the difference")


async def _failed(stage: Stage, person: Person) -> Message:
    """All of the report of what failed; its last message has the buttons."""
    page = private(await person.command("reports show", at=stage.papers, paper=_PAPER))
    answer = await person.click(page, custom_id=button_beside(page.components, _FAILED))
    return await stage.until(lambda: next((one for one in answer.messages if one.buttons), None), what="the report")


async def explained(stage: Stage) -> None:
    stage.say("Members say in plain words what a paper is about. The explanation with most votes stands on its card.")
    for person, level, words in (
        (stage.ada, "practitioner", "Attention in place of recurrence: all positions at once, so it trains fast."),
        (stage.emmy, "newcomer", "To understand a word it looks at every other word and learns which of them matter."),
    ):
        answer = await stage.command(person, "explain", paper=_PAPER)
        expect(answer.modal is not None, "a form opens")
        if answer.modal is not None:
            await person.submit(answer.modal, {"level": level, "text": words})
    card = stage.card(ATTENTION)
    await stage.until(lambda: f"by {stage.ada.mention}: Attention" in card.text, what="the older one on the card")
    page = private(await stage.press(stage.grace, card, "More explanations"))
    vote = [button.custom_id for button in page.buttons if button.label == "▲ 0"][-1]
    await stage.grace.click(page, custom_id=vote)
    await stage.until(lambda: f"by {stage.emmy.mention}: To understand" in card.text, what="the better one on the card")
    stage.show(card)


async def resources(stage: Stage) -> None:
    stage.say("Code, videos and papers to read first are collected; the paper's thread has them in one list.")
    code = "https://github.com/tensorflow/tensor2tensor"
    await stage.command(stage.grace, "resource", paper=_PAPER, kind="code", link=code)
    await stage.command(stage.grace, "resource", paper=_PAPER, kind="read first", link=_BEFORE)
    thread = stage.papers.threads[0]
    await stage.until(
        lambda: any("[Code]" in message.text and "Read first" in message.text for message in thread.by_bot()),
        what="the list in the thread",
    )
    stage.show(next(message for message in thread.by_bot() if "[Code]" in message.text))
    circle = await stage.command(stage.linus, "resource", paper=_BEFORE, kind="read first", link=_PAPER)
    expect("in a circle" in private(circle).text, "no paper comes before itself")
    path = await stage.command(stage.linus, "path", paper=_PAPER)
    expect("1\\." in private(path).text, "the path has the paper to read first")
