"""Every message of every server is looked at, so looking must cost next to nothing, whatever people write."""

from __future__ import annotations

import timeit
from collections.abc import Callable
from functools import partial

import pytest

from bot.domain.links import find_links, only_paper_links, parse_paper

_LIMIT = 4_000
_MORE_FOR_A_BUSY_MACHINE = 3


def _microseconds(call: Callable[[], object], number: int) -> float:
    return min(timeit.repeat(call, number=number, repeat=7)) / number * 1e6


@pytest.mark.parametrize(
    "text",
    [
        "hello, does anyone know whether the reading group meets on Thursday this week? I may be late",
        "no, either this and/or that; see you at 10:30 on 24/11, I paid 10.50",
        "a longer one about the experiments of last week and what to try in the next. " * 5,
        "lol",
    ],
)
def test_a_message_without_a_link(text: str) -> None:
    assert _microseconds(lambda: find_links(text), 2_000) < 2 * _MORE_FOR_A_BUSY_MACHINE


@pytest.mark.parametrize(
    "text",
    [
        "has anyone read https://arxiv.org/abs/1706.03762? it is quite good, I think",
        "https://doi.org/10.1145/3292500.3330701 was fun, but I am not sure about the third section",
        "[the paper](https://www.nature.com/articles/s41586-021-03819-2) and some `code`",
    ],
)
def test_a_message_with_a_link(text: str) -> None:
    assert find_links(text)
    assert _microseconds(lambda: find_links(text), 500) < 25 * _MORE_FOR_A_BUSY_MACHINE


REPEATED = [
    *(
        "(",
        "[",
        "{",
        "<",
        "`",
        "``a",
        "\\`",
        "_",
        "*",
        "/",
        ".",
        "é",
        "\u200b",
        "a.",
        "a-",
        "a.b/",
        "%28",
        "\\_",
        "<1:a>",
    ),
    *("https://a.b/c", "https://a.b,", "http", ",10.1234/", ",;", ",arXiv:", ";10.1234"),
    *("https://", "https://a)", "https://a]", "https://a.b/(", "<https://a.b/>", "[](https://a.b/", "https://a.b "),
    *("https://arxiv.org/abs/", "https://arxiv.org/abs/1706.03762)", "https://arxiv.org/pdf/cs/", "arxiv.org/"),
    *("arXiv:", "arXiv ", "arXiv: arXiv preprint ", "arXiv:1706.03762 ", "1706.03762 ", "PMC", "PMID ", "PMID: 1"),
    *("10.", "10.1234/", "10.1234/a1", "10.1234/a1;", "10.1234/a1)", "doi:10.1234/(", "10.1234/a1<1:a>", "10.1/((a)"),
]
AFTER = {
    "https://doi.org/10.1234/": [")", "(", "1<1:a>", ".full", "/https:", "%28", "/", "a."],
    "https://dl.acm.org/doi/10.1234/1": [".full", "/abs", "10.1234/"],
    "https://dl.acm.org/citation.cfm?": ["id=1.", "&id", "id="],
    "https://openreview.net/forum?": ["id=", "&id"],
    "https://aclanthology.org": ["/a", "/P18-", "/2020.a-"],
    "https://openaccess.thecvf.com/": ["a", "_pape", "a/"],
    "https://www.nature.com/articles/": ["a", "a1-", "a."],
    "https://academic.oup.com/doi/10.1234/1": ["/12345", "/1234/a", "/"],
    "https://europepmc.org/backend/ptpmcrender.fcgi?": ["&", "accid=PMC"],
    "https://www.biorxiv.org/": ["10.1101/", "/10.1101/2020.01.01."],
    "https://proceedings.mlr.press/v1/": ["a", "a-"],
    "https://jmlr.org/papers/v1/": ["a", "a_"],
    "https://www.cell.com/": ["S1234", "=S", "/"],
    "https://distill.pub/2020/": ["a-", "a/"],
    "https://ieeexplore.ieee.org/iel/": ["1/", "1"],
    "https://papers.ssrn.com/": ["abstract", "abstract_id="],
    "https://hal.science/": ["a-", "a"],
    "https://": ["a.", "a-", "hal."],
}
ATTACKS = [
    *(part * (_LIMIT // len(part)) for part in REPEATED),
    *((start + part * (_LIMIT // len(part)))[:_LIMIT] for start, parts in AFTER.items() for part in parts),
    "".join("`" * length + "x" for length in range(1, 45)) + "`y" * 1_400,
    "".join("`" * length + "x" for length in range(45, 1, -1)) + "`y" * 1_400,
    "a" * (_LIMIT - 1) + "/",
]


@pytest.mark.parametrize("read", [find_links, only_paper_links, parse_paper])
def test_no_text_takes_long(read: Callable[[str], object]) -> None:
    slow = {}
    for text in ATTACKS:
        milliseconds = min(timeit.repeat(partial(read, text), number=1, repeat=3)) * 1_000
        if milliseconds > 10:
            slow[text[:60]] = milliseconds
    assert slow == {}
