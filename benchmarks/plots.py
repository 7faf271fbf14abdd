"""Plots that can be read on light and on dark pages: their own ground behind them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

from benchmarks.table import short

_PAPER, _INK, _FAINT, _LINE, _ALLOWED = "#1e1f24", "#f2f3f5", "#41434a", "#56b4e9", "#e69f00"
"""As in the digest's picture."""


def draw(file: Path, *, title: str, along: str, points: Mapping[int, float], flat: bool) -> None:
    """Both axes count in powers of ten, so that a straight slope is what grows with the number."""
    # letters stay letters, and the same figures make the same file
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "paper club", "font.family": "sans-serif"}):
        figure = Figure(figsize=(6.4, 3.2), layout="constrained", facecolor=_PAPER)
        axes = figure.subplots()
        numbers, values = list(points), list(points.values())
        allowed = [values[0] * (1 if flat else number / numbers[0]) for number in numbers]
        axes.plot(numbers, allowed, "--", color=_ALLOWED, linewidth=1.5, label="allowed")
        axes.plot(numbers, values, "o-", color=_LINE, linewidth=2, label="measured")
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.set_ylim(min(values) / 3, max(*values, values[0] * 3) * 3)
        axes.set_xticks(numbers, [f"{number:,}" for number in numbers])
        axes.minorticks_off()
        axes.set_title(title, color=_INK, fontsize=12)
        axes.set_xlabel(along, color=_INK)
        for number, value in points.items():  # an axis in powers of ten names few values
            axes.annotate(short(value), (number, value), (0, 7), textcoords="offset points", ha="center", color=_INK)
        axes.yaxis.set_major_formatter(lambda value, _place: f"{value:g}")
        axes.set_facecolor(_PAPER)
        axes.grid(color=_FAINT, linewidth=0.8)
        axes.spines[:].set_color(_FAINT)
        axes.tick_params(colors=_INK)
        axes.legend(facecolor=_PAPER, edgecolor=_FAINT, labelcolor=_INK, fontsize=9)
        figure.savefig(file, format="svg", metadata={"Date": None})
