"""What stands behind the card's other buttons, and the pages about the bot itself."""

from __future__ import annotations

from sandbox.commands import NotPossible
from sandbox.tour.scenes.reading_list import ATTENTION
from sandbox.tour.stage import Stage, expect, private


async def discuss(stage: Stage) -> None:
    stage.say("Discuss opens the paper's thread, or leads to it.")
    first = next(card for card in stage.papers.by_bot() if ATTENTION in card.text)
    answer = await stage.press(stage.emmy, first, "Discuss")
    expect(len(stage.papers.threads) == 1, "there is one thread")
    thread = stage.papers.threads[0]
    expect(thread.name == ATTENTION, "the thread has the paper's title")
    expect(thread.mention in answer.text, "Emmy is led to the thread")
    await stage.post(stage.emmy, "What does the scaling by √dₖ do for large dₖ?", at=thread)
    await stage.until(lambda: f"Discussion: {thread.mention}" in first.text, what="the card leads to its discussion")
    stage.show(first)
    again = await stage.press(stage.grace, stage.card(ATTENTION), "Discuss")
    expect(thread.mention in again.text and len(stage.papers.threads) == 1, "Grace is led to the same thread")


async def more(stage: Stage) -> None:
    stage.say("The rest is shown to the one who asks: the citation, and the abstract in full.")
    menu = await stage.press(stage.grace, stage.card(ATTENTION), "More")
    cite = await stage.press(stage.grace, private(menu), "Cite")
    expect("@misc{vaswani2017attention," in private(cite).text, "Cite gives BibTeX")
    abstract = await stage.press(stage.grace, private(menu), "Full abstract")
    expect("carries over well to that task too." in private(abstract).text, "the abstract is there to its end")


async def settings_and_help(stage: Stage) -> None:
    stage.say("A manager sees how the bot is set up. Members do not even see the command.")
    shown = await stage.command(stage.mara, "settings show")
    expect("I have every permission I need" in private(shown).text, "the bot misses no permission")
    try:
        await stage.ada.command("settings show", at=stage.papers)
    except NotPossible:
        hidden = True
    else:
        hidden = False
    expect(hidden, "Ada has no /settings")
    helped = await stage.command(stage.ada, "help")
    expect("`/save`" in private(helped).text, "/help lists what Ada can do")
    expect("/settings" not in helped.text, "/help leaves out what Ada cannot do")
