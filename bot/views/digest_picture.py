"""The digest's picture: papers a day, stacked by field.

Run as a program it reads charts, one JSON object a line, and answers each with the PNG's length in a line of its own
and the PNG: `bot.posting.digest_pictures` does that, so that matplotlib never enters the bot's own process. Nothing
else may import matplotlib.
"""

from __future__ import annotations

import io
import sys
from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from pydantic import BaseModel, ConfigDict

from bot.domain.categories import ARCHIVES

if TYPE_CHECKING:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

WIDTH, DPI = 800, 100
FONT_PIXELS = 30
"""A phone shows the picture about 300 points wide, so that these letters are at least 11 points high."""

FIELDS = 6
"""Fields with a colour of their own; the rest is one more."""

OTHER = "Other fields"

_CHART_PIXELS, _TITLE_PIXELS, _LINE_PIXELS, _MARGIN_PIXELS = 300, 84, 44, 36
_LABELS_PIXELS = {True: 92, False: 56}
"""Below the bars: two lines for a week, one for more days."""

_WEEK = 8
"""Days up to which each has its name; a week from noon to noon touches eight."""

_LABELLED = 5
"""Of more days, about so many are named."""

_PAPER, _INK, _FAINT = "#1e1f24", "#f2f3f5", "#41434a"
_COLOURS = ("#56b4e9", "#e69f00", "#009e73", "#f0e442", "#d55e00", "#cc79a7")
"""Okabe and Ito's colours for every kind of sight (https://jfly.uni-koeln.de/color/), but for the two too dark here."""
_OTHER_COLOUR = "#6b6e76"
"""Dark, as a lighter grey is what some see of the last colour."""

_FONT = "DejaVu Sans"
"""Comes with matplotlib."""
_TEXT: dict[str, Any] = {"color": _INK, "fontsize": FONT_PIXELS * 72 / DPI, "fontfamily": _FONT}
"""matplotlib measures letters in points, 72 to the inch."""
_DIGIT_PIXELS = 20
_CHART_LEFT_PIXELS = 96
"""Room for the numbers beside the chart."""
_PAD_PIXELS = 8
_BAR_WIDTH = 0.78
"""Of a day's room."""


class Bar(BaseModel):
    """A field's papers, one number for each day."""

    model_config = ConfigDict(frozen=True)

    name: str
    papers: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.papers)


class Chart(BaseModel):
    """What is drawn: consecutive days, and fields with most papers first."""

    model_config = ConfigDict(frozen=True)

    days: tuple[date, ...]
    bars: tuple[Bar, ...]

    @property
    def total(self) -> int:
        return sum(bar.total for bar in self.bars)


def chart(days: Mapping[date, Mapping[str, int]]) -> Chart | None:
    """The chart of a digest's days; None when they have no papers."""
    totals: Counter[str] = Counter()
    for fields in days.values():
        totals.update(fields)
    ranked = sorted((field for field in totals if field in ARCHIVES), key=lambda field: (-totals[field], field))
    shown = ranked[:FIELDS]
    order = sorted(days)
    bars = [Bar(name=ARCHIVES[field], papers=tuple(days[day].get(field, 0) for day in order)) for field in shown]
    rest = tuple(sum(count for field, count in days[day].items() if field not in shown) for day in order)
    if any(rest):
        bars.append(Bar(name=OTHER, papers=rest))
    return Chart(days=tuple(order), bars=tuple(bars)) if bars else None


def png(made: Chart) -> bytes:
    """Draws it; matplotlib is imported here, and Pillow, which it brings along."""
    from PIL import Image  # noqa: PLC0415 - see the docstring of the module

    canvas = _canvas(figure(made))
    canvas.draw()  # type: ignore[no-untyped-call]  # the library's own gap
    drawn = canvas.buffer_rgba()  # type: ignore[no-untyped-call]  # as above
    pixels = Image.frombuffer("RGBA", canvas.get_width_height(), drawn, "raw", "RGBA", 0, 1)
    written = io.BytesIO()
    # a palette makes it three times smaller: there are some 350 colours, most of them edges of letters
    pixels.quantize(256, method=Image.Quantize.FASTOCTREE).save(written, "PNG")
    return written.getvalue()


def figure(made: Chart) -> Figure:
    """The picture before it is written: bars, and below them the fields with their numbers."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 - see the docstring of the module
    from matplotlib.figure import Figure  # noqa: PLC0415
    from matplotlib.patches import FancyBboxPatch, Rectangle  # noqa: PLC0415

    below = _LABELS_PIXELS[_names_days(made)]
    height = _TITLE_PIXELS + _CHART_PIXELS + below + _LINE_PIXELS * len(made.bars) + _MARGIN_PIXELS
    drawn = Figure(figsize=(WIDTH / DPI, height / DPI), dpi=DPI)
    FigureCanvasAgg(drawn)  # the figure keeps it
    drawn.patch.set_alpha(0)
    # its own ground, as light and dark themes both put something behind it
    drawn.add_artist(
        FancyBboxPatch(
            (2, 2),
            WIDTH - 4,
            height - 4,
            boxstyle="round,pad=0,rounding_size=28",
            transform=None,
            facecolor=_PAPER,
            edgecolor=_FAINT,
            linewidth=1.5,
            zorder=-1,
        )
    )
    _write(drawn, _MARGIN_PIXELS, height - 40, "Papers a day, by field", fontweight="bold")
    bottom = height - _TITLE_PIXELS - _CHART_PIXELS
    _draw_chart(drawn, made, bottom)
    numbers = [_short(bar.total) for bar in made.bars]
    numbers_end = _MARGIN_PIXELS + 44 + _DIGIT_PIXELS * max(map(len, numbers))
    for line, (bar, number) in enumerate(zip(made.bars, numbers, strict=True)):
        middle = bottom - below - _LINE_PIXELS * (line + 0.5)
        drawn.add_artist(
            Rectangle((_MARGIN_PIXELS, middle - 13), 26, 26, transform=None, facecolor=_colour(bar, line), linewidth=0)
        )
        _write(drawn, numbers_end, middle, number, ha="right")
        _write(drawn, numbers_end + 16, middle, bar.name.replace(" and ", " & "))
    return drawn


def _canvas(drawn: Figure) -> FigureCanvasAgg:
    """Made once, as each makes an empty picture of its own."""
    return cast("FigureCanvasAgg", drawn.canvas)


def _write(drawn: Figure, left: float, middle: float, words: str, **style: Any) -> None:
    """A line of text, cut where the picture ends; places are in pixels from below."""
    renderer = _canvas(drawn).get_renderer()  # type: ignore[no-untyped-call]  # the library's own gap
    written = drawn.text(left, middle, words, transform=None, va="center_baseline", **(_TEXT | style))
    while written.get_window_extent(renderer).x1 > WIDTH - _MARGIN_PIXELS / 2:
        words = words[:-1]
        written.set_text(words.rstrip() + "…")


def _draw_chart(drawn: Figure, made: Chart, bottom: float) -> None:
    """In pixels, without matplotlib's axes: those are two thirds of what a picture costs, and thousands of digests are
    due at once (docs/decisions/0018)."""
    from matplotlib.lines import Line2D  # noqa: PLC0415 - see the docstring of the module
    from matplotlib.patches import Rectangle  # noqa: PLC0415
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415

    beside = max(0, 5 - len(made.days)) / 2  # one day is no wall
    right = WIDTH - _MARGIN_PIXELS
    day = (right - _CHART_LEFT_PIXELS) / (len(made.days) + 0.2 + 2 * beside)
    first = _CHART_LEFT_PIXELS + (0.6 + beside) * day
    under = [0] * len(made.days)
    highest = max(sum(bar.papers[place] for bar in made.bars) for place in range(len(made.days))) * 1.06
    paper = _CHART_PIXELS / highest
    steps = MaxNLocator(4, steps=[1, 2, 5, 10], integer=True)
    for number in steps.tick_values(0, highest):
        if 0 <= number <= highest:
            level = bottom + number * paper
            line = Line2D((_CHART_LEFT_PIXELS, right), (level, level), color=_FAINT, linewidth=1.5, zorder=0.5)
            drawn.add_artist(line).set_transform(None)
            label: dict[str, Any] = _TEXT | {"ha": "right", "va": "center_baseline"}
            drawn.text(_CHART_LEFT_PIXELS - _PAD_PIXELS, level, _short(number), transform=None, **label)
    for row, bar in enumerate(made.bars):
        # the ground's colour between two fields: they stay apart where colours look alike
        style: dict[str, Any] = {"facecolor": _colour(bar, row), "edgecolor": _PAPER, "linewidth": 1.5}
        for place, papers in enumerate(bar.papers):
            if papers:
                corner = (first + (place - _BAR_WIDTH / 2) * day, bottom + under[place] * paper)
                drawn.add_artist(Rectangle(corner, _BAR_WIDTH * day, papers * paper, transform=None, **style))
                under[place] += papers
    for place, words in _labels(made).items():
        label = _TEXT | {"ha": "center", "va": "top"}
        drawn.text(first + place * day, bottom - _PAD_PIXELS, words, transform=None, **label)


def _labels(made: Chart) -> dict[int, str]:
    """By place."""
    if _names_days(made):
        return {place: f"{day:%a}\n{day.day}" for place, day in enumerate(made.days)}
    step = -(-len(made.days) // _LABELLED)
    return {place: f"{day.day} {day:%b}" for place, day in enumerate(made.days) if place % step == step // 2}


def _names_days(made: Chart) -> bool:
    return len(made.days) <= _WEEK


def _colour(bar: Bar, line: int) -> str:
    return _OTHER_COLOUR if bar.name == OTHER else _COLOURS[line]


def _short(number: float) -> str:
    """Five characters at most: `9999`, `99k`, `1.26M`."""
    if number < 10_000:  # noqa: PLR2004 - longer ones are rounded
        return f"{number:g}"
    return f"{number / 1000:.0f}k" if number < 999_500 else f"{number / 1_000_000:.3g}M"  # noqa: PLR2004


if __name__ == "__main__":
    for asked in sys.stdin.buffer:
        picture = png(Chart.model_validate_json(asked))
        sys.stdout.buffer.write(b"%d\n%b" % (len(picture), picture))
        sys.stdout.buffer.flush()
