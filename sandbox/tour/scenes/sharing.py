"""Links in messages."""

from __future__ import annotations

from sandbox.tour.stage import Stage, expect, private


async def a_link(stage: Stage) -> None:
    stage.say("Ada shares a paper. Any form of link will do, here the PDF of one version.")
    message = await stage.post(stage.ada, "Worth reading before Thursday: https://arxiv.org/pdf/1706.03762v7.pdf")
    card = await stage.reply(message)
    expect(card.text.startswith("### Attention Is All You Need\n"), "the card is headed by the paper's title")
    expect("Ashish Vaswani" in card.text and "and 3 more" in card.text, "the card names five of eight authors")
    expect("cs.CL · Computation and Language" in card.text, "the card says the field in words")
    expect(f"First shared by {stage.ada.mention}" in card.text, "the card says that Ada shared it first")
    labels = [button.label for button in card.buttons][:7]
    expect(
        labels == ["Save", "▲ Vote 0", "Discuss", "More", "✕", "arXiv", "PDF"],
        f"the card has its buttons, not {labels}",
    )
    expect(not card.mentioned, "the card pings nobody")


async def two_papers(stage: Stage) -> None:
    stage.say("Grace has two, one on alphaXiv and one by an identifier of last century.")
    message = await stage.post(
        stage.grace, "These go together: https://www.alphaxiv.org/abs/2305.18290 and arXiv:hep-th/9711200"
    )
    card = await stage.reply(message)
    expect("Direct Preference Optimization" in card.text, "the first paper has a card")
    expect("The Large N Limit" in card.text, "the second paper has a card in the same message")
    saves = [button.custom_id for button in card.buttons if button.label == "Save"]
    expect(len(set(saves)) == len(saves) > 1, "each card has its own Save button")


async def known_paper(stage: Stage) -> None:
    stage.say("Emmy finds what Ada shared, on yet another site. A short card leads back to the first one.")
    message = await stage.post(stage.emmy, "have you seen this? https://ar5iv.labs.arxiv.org/html/1706.03762")
    card = await stage.reply(message)
    expect("### Attention Is All You Need" in card.text, "the repeat is recognised as the same paper")
    expect(f"First shared by {stage.ada.mention}" in card.text, "the short card says who shared it first")
    expect("shared 2 times" in card.text, "the short card counts how often it was shared")
    expect("▲ 2 votes" in card.text, "the short card knows the votes")
    first = next(found for found in stage.papers.messages if "v7.pdf" in found.content)
    expect(first.link in card.text, "the short card jumps to the first message")
    full = next(found for found in stage.papers.by_bot() if "Attention Is All You Need" in found.text)
    expect(len(card.text) < len(full.text), "the short card leaves the abstract out")


async def wrong_link(stage: Stage) -> None:
    stage.say("Linus mistypes an id, then edits his message. The card follows.")
    message = await stage.post(stage.linus, "the ResNet paper is arxiv.org/abs/1512.03547")
    card = await stage.reply(message)
    expect("Graph Isomorphism" in card.text, "the card shows what the wrong id names")
    await stage.edit(stage.linus, message, "the ResNet paper is arxiv.org/abs/1512.03385")
    replies = stage.community.replies_to
    await stage.until(
        lambda: any("Deep Residual Learning" in reply.text for reply in replies(message)),
        what="the reply shows the paper of the new link",
    )
    (now,) = replies(message)
    if now is not card:
        stage.show_gone(card)
    stage.show(now)
    expect("Graph Isomorphism" not in now.text, "nothing of the other paper is left")


async def no_card(stage: Stage) -> None:
    stage.say("Ada writes the next link between < and >, Discord's way to say: no preview. The bot keeps quiet, too.")
    quiet = await stage.post(stage.ada, "for the record: <https://arxiv.org/abs/2305.18290>")
    await stage.no_reply(quiet)
    stage.say("And a paper that does not exist gets no more than a reaction.")
    message = await stage.post(stage.emmy, "is it https://arxiv.org/abs/2602.17171 ?")
    await stage.until(lambda: "❓" in message.reactions, what="a ❓ stands under the link to no paper")
    stage.show(message)
    await stage.no_reply(message)


async def dismissed(stage: Stage) -> None:
    stage.say("Who posted the link can take its card away with ✕. Others cannot.")
    message = await stage.post(stage.linus, "wrong window, sorry: https://arxiv.org/abs/1402.1159")
    card = await stage.reply(message)
    refusal = await stage.press(stage.grace, card, "✕")
    expect("Only the person who posted the link" in private(refusal).text, "Grace is told that the card is not hers")
    await stage.press(stage.linus, card, "✕")
    await stage.until(lambda: card.deleted, what="the card is gone once Linus dismissed it")
    stage.show_gone(card)
    expect(not message.deleted, "the message of Linus stays")
