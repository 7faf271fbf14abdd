"""What is read while a file is imported, at its longest."""

from __future__ import annotations

import pytest

from bot.domain.import_entries import Refused
from bot.domain.imports import Offer, Result, Standing
from bot.domain.papers import PaperId
from bot.views.export import export_view
from bot.views.imports import REFUSED_FILE, is_cut, offer_view, progress_view, refused_text, result_view
from tests.views.layouts import BIGGEST, buttons, sound

HOSTILE = "*_~|`[a](b)<@1> @everyone # " * 20
IDS = tuple(PaperId("doi", "10.1000/" + "_*" * 140 + str(n)) for n in range(1_000))
PLAIN = Offer(id=1, kind="BibTeX", new=1, known=0, listed=0, refused=(), tags=(), tags_left_out=0, guessed=False)
FULL = Offer(
    id=BIGGEST,
    kind="CSL-JSON",
    new=999,
    known=999,
    listed=999,
    refused=tuple(Refused(line=999_999, words=HOSTILE[:100], reason="_" * 200) for _ in range(1_000)),
    tags=tuple("*" * 29 + str(n) for n in range(10)) * 100,
    tags_left_out=99_999,
    guessed=True,
)


@pytest.mark.parametrize("offer", [PLAIN, FULL])
def test_an_offer_fits(offer: Offer) -> None:
    view = offer_view(offer, HOSTILE)
    sound(view, files=[REFUSED_FILE] if is_cut(offer) else [])
    assert list(buttons(view).values()) == [
        f"pc:1:import-start:{offer.id}",
        f"pc:1:import-cancel:{offer.id}",
    ]


def test_more_than_ten_lines_go_into_a_file() -> None:
    assert (is_cut(FULL), is_cut(FULL._replace(refused=FULL.refused[:10]))) == (True, False)
    assert len(refused_text(FULL).splitlines()) == 1_000


def test_an_offer_of_nothing_has_no_button() -> None:
    view = offer_view(PLAIN._replace(id=None, new=0, listed=1), "x")
    assert buttons(view) == {}
    assert "1 paper on the list already" in sound(view)[0]


def test_progress_and_results_fit() -> None:
    sound(progress_view(BIGGEST, Standing(1_000, 999, 1)))
    [text] = sound(result_view(Result(999, 999, IDS, IDS)))
    assert text.count("and 985 more") == 2
    sound(result_view(Result(0, 0, (), ())))
    sound(export_view("CSL-JSON", "x.json", 10_000), files=["x.json"])
