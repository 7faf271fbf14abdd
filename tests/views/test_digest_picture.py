"""The digest's picture: what is counted, that every text fits, that it is small, and that it reads on any ground."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date, timedelta
from itertools import combinations

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox
from PIL import Image

from bot.domain.categories import ARCHIVES, OTHER_FIELD
from bot.views.digest_picture import FIELDS, FONT_PIXELS, OTHER, WIDTH, Bar, Chart, chart, figure, png

MONDAY = date(2026, 3, 2)
LONGEST_NAMES = sorted(ARCHIVES, key=lambda field: -len(ARCHIVES[field]))


def days(number: int, fields: Mapping[str, int]) -> dict[date, Mapping[str, int]]:
    return {MONDAY + timedelta(days=day): fields for day in range(number)}


def made(number: int, fields: Mapping[str, int]) -> Chart:
    found = chart(days(number, fields))
    assert found is not None
    return found


CHARTS = {
    "a week": made(8, {"cs": 3, "math": 2, "stat": 1}),
    "one paper": made(1, {"cs": 1}),
    "one field": made(8, {"math": 3}),
    "days without papers": Chart(
        days=tuple(days(8, {})), bars=(Bar(name="Mathematics", papers=(0, 0, 1, 0, 0, 0, 0, 0)),)
    ),
    "three weeks": made(22, {"cs": 40, "q-bio": 2}),
    "long names": made(8, dict.fromkeys((*LONGEST_NAMES[:9], OTHER_FIELD), 9)),
    "large numbers": made(22, dict.fromkeys(LONGEST_NAMES, 99_999)),
}


def texts(drawn: Figure) -> dict[str, Bbox]:
    """Every text that is drawn, and where."""
    canvas = FigureCanvasAgg(drawn)
    canvas.draw()  # type: ignore[no-untyped-call]  # the library's own gap
    return {f"{place}: {text.get_text()}": text.get_window_extent() for place, text in enumerate(drawn.texts)}


@pytest.mark.parametrize("name", CHARTS)
def test_texts_are_inside_apart_and_large_enough_for_a_phone(name: str) -> None:
    drawn = figure(CHARTS[name])
    found = texts(drawn)
    picture = Bbox.from_extents(0, 0, drawn.bbox.width, drawn.bbox.height)
    for text, box in found.items():
        assert picture.contains(box.x0, box.y0), text
        assert picture.contains(box.x1, box.y1), text
    for (one, box), (other, other_box) in combinations(found.items(), 2):
        assert not box.overlaps(other_box), (one, other)
    phone = 300 / WIDTH
    assert FONT_PIXELS * phone >= 11
    assert {round(float(text.get_fontsize()) * drawn.dpi / 72) for text in drawn.texts} == {FONT_PIXELS}


@pytest.mark.parametrize("name", CHARTS)
def test_a_picture_is_small_and_has_its_own_ground(name: str) -> None:
    written = png(CHARTS[name])
    assert len(written) < 80_000
    picture = Image.open(io.BytesIO(written)).convert("RGBA")
    assert picture.width == WIDTH
    corners = [picture.getpixel((x, y)) for x in (0, picture.width - 1) for y in (0, picture.height - 1)]
    assert [corner[3] for corner in corners if isinstance(corner, tuple)] == [0, 0, 0, 0]
    inside = picture.crop((30, 30, picture.width - 30, picture.height - 30)).getchannel("A")
    assert min(inside.tobytes()) >= 250


def test_names_are_whole_with_the_numbers_of_a_large_server() -> None:
    for field in ARCHIVES:
        (words, *_) = [
            text for text in texts(figure(made(1, {field: 99}))) if "Papers a day" not in text and "99" not in text
        ]
        assert "…" not in words


def test_most_frequent_fields_have_a_colour_and_the_rest_is_one() -> None:
    counts = {"cs": 9, "math": 8, "stat": 7, "q-bio": 6, "econ": 5, "eess": 4, "gr-qc": 3, OTHER_FIELD: 50}
    found = made(2, counts)
    assert [bar.name for bar in found.bars] == [
        *(ARCHIVES[field] for field in ("cs", "math", "stat", "q-bio", "econ", "eess")),
        OTHER,
    ]
    assert len(found.bars) == FIELDS + 1
    assert found.bars[-1].papers == (53, 53)
    assert found.total == 2 * sum(counts.values())


def test_colours_differ_in_brightness_or_hue_for_every_kind_of_sight() -> None:
    """Simulated with the matrices of Viénot, Brettel and Mollon (1999): no two fields look the same."""
    picture = Image.open(io.BytesIO(png(CHARTS["long names"]))).convert("RGBA").convert("RGB")
    counted = picture.getcolors(1 << 20)
    assert counted is not None
    large = [colour for count, colour in sorted(counted, key=lambda each: -each[0])[: FIELDS + 2]]
    matrices = {
        "all cones": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
        "no red cones": ((0.11238, 0.88762, 0), (0.11238, 0.88762, 0), (0.00401, -0.00401, 1)),
        "no green cones": ((0.29275, 0.70725, 0), (0.29275, 0.70725, 0), (-0.02234, 0.02234, 1)),
    }
    for sight, matrix in matrices.items():
        seen = []
        for colour in large:
            assert isinstance(colour, tuple)
            linear = [(value / 255) ** 2.2 for value in colour]
            mixed = [max(0.0, sum(m * v for m, v in zip(row, linear, strict=True))) for row in matrix]
            seen.append([255 * value ** (1 / 2.2) for value in mixed])
        for one, other in combinations(seen, 2):
            assert sum((a - b) ** 2 for a, b in zip(one, other, strict=True)) ** 0.5 > 25, sight


def test_nothing_to_draw() -> None:
    assert chart({}) is None
    assert chart(days(7, {})) is None
