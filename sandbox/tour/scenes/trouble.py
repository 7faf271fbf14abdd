"""What goes wrong in the world, and what the room notices of it."""

from __future__ import annotations

from sandbox.tour.scenes.reading_list import ATTENTION
from sandbox.tour.stage import Stage, expect

_HALF_AN_HOUR = 30 * 60


async def arxiv_away(stage: Stage) -> None:
    stage.say("arXiv does not answer. The bot says nothing wrong, and remembers.")
    arxiv = stage.community.arxiv
    asked_before = len(arxiv.requests)
    arxiv.down = True
    message = await stage.post(stage.ada, "next week, maybe: https://arxiv.org/abs/1810.04805")
    await stage.until(
        lambda: any(request.end for request in arxiv.requests[asked_before:]), what="the bot asks arXiv in vain"
    )
    await stage.no_reply(message)
    expect(not message.reactions, "no reaction claims that the paper does not exist")
    stage.say("Half an hour later arXiv is back, and the card comes by itself.")
    arxiv.down = False
    stage.community.clock.advance(_HALF_AN_HOUR)
    card = await stage.reply(message)
    expect("### BERT: Pre-training of Deep Bidirectional Transformers" in card.text, "the late card shows the paper")


async def restart(stage: Stage) -> None:
    stage.say("The bot goes down for a moment, and Grace posts a link meanwhile.")
    await stage.community.stop_bot()
    message = await stage.post(stage.grace, "found it: https://arxiv.org/abs/2210.03629")
    expect(not stage.community.replies_to(message), "nobody replies while the bot is away")
    stage.say("It comes back, answers what it missed, and its old buttons still work.")
    await stage.community.start_bot()
    card = await stage.reply(message)
    expect("### ReAct: Synergizing Reasoning and Acting" in card.text, "the missed link gets its card")
    old = next(found for found in stage.papers.by_bot() if ATTENTION in found.text)
    await stage.press(stage.mara, old, "▲ Vote 2")
    expect(old.button("▲ Vote 3"), "a button from before the restart counts the vote")
