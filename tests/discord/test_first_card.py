"""The main job: paste a link, get the paper."""

from __future__ import annotations

from sandbox.community import Community


async def test_a_link_gets_a_card(community: Community) -> None:
    message = await community.ada.post(community.papers, "worth a read: https://arxiv.org/pdf/1706.03762v7.pdf")
    card = await community.reply_to(message)
    assert card.text.startswith(
        "### Attention Is All You Need\n"
        "Ashish Vaswani, Noam Shazeer, Niki Parmar, Jakob Uszkoreit, Llion Jones and 3 more\n"
        "-# 12 Jun 2017 · cs.CL · Computation and Language · v7"
    )
    assert f"First shared by {community.ada.mention}" in card.text
    assert [button.label for button in card.buttons][:5] == ["Save", "▲ Vote 0", "Discuss", "More", "✕"]
    assert card.button("arXiv").url == "https://arxiv.org/abs/1706.03762"
    assert card.button("PDF").url == "https://arxiv.org/pdf/1706.03762"
    assert card.mentioned == []


async def test_a_message_without_a_paper_gets_no_answer_and_costs_no_request(community: Community) -> None:
    before = len(community.sandbox.requests)
    await community.ada.post(community.papers, "see https://example.org/abs/1706.03762 and 1706.03762")
    await community.settled()
    assert len(community.sandbox.requests) == before
    assert community.papers.by_bot() == []
