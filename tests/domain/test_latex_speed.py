"""No text keeps the bot busy: not the ones arXiv has, nor the worst that anybody could send."""

from __future__ import annotations

from time import thread_time

import pytest

from bot.domain.latex import LONGEST_TEX, readable

LIMIT_SECONDS = 0.05

_WORST = [
    *("{", "}", "$", "$a b ", "$x^", "$x_{", "^{", "_{a}{", "a_{b^{", "{\\it ", "{a b "),
    *("\\", "\\(", "\\[", "\\(\\[", "\\begin{equation}", "\\frac", "\\frac{", "\\bar", "\\bar{", "\\sqrt[", "\\cite["),
    *("\\url{", "\\href{a}{", "\\text{$", "$\\text{$", "\\log", "\\limits", '\\"a ', "\\'", "C:\\a "),
    *("``", "`a ", "'", "--", "a--", "a~", "&amp;", "<i>", "<sub>a</sub>", "<sub>", "<br>"),
    *("\u200d", "e\u0301", " ", "\n", "\n\n"),
]


def _seconds(raw: str) -> float:
    """Processor time, the best of three: the machine's other work is not ours."""
    best = float("inf")
    for _ in range(3):
        started = thread_time()
        readable(raw)
        best = min(best, thread_time() - started)
    return best


@pytest.mark.parametrize("unit", _WORST)
def test_repetition_costs_no_more_than_its_length(unit: str) -> None:
    raw = unit * (LONGEST_TEX // len(unit))
    assert _seconds(raw) < LIMIT_SECONDS
    assert _seconds(raw + "}" * 1000) < LIMIT_SECONDS


def test_what_is_too_long_for_a_record_is_not_read_as_tex() -> None:
    text = readable(r"$\alpha$" * 100_000)
    assert text.startswith("αα")
    assert text.endswith(r"$\alpha$")
    assert _seconds(r"$\alpha$" * 20_000) < LIMIT_SECONDS
