"""What a TeX macro says in plain Unicode, given the text that follows it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Protocol

from bot.domain import latex_symbols as latex

DROPPED = "\x00"
"""Stands where a reference was, so that the spaces and brackets around it can go too."""


class Following(Protocol):
    """The text behind a macro's name, as far as the macro may take it. `math` says how to read it."""

    def argument(self, *, math: bool) -> str:
        """A group in braces, a macro or one character, already read."""

    def raw_argument(self) -> str:
        """A group in braces as it is written, for addresses and names. Empty when there is none."""

    def option(self) -> str | None:
        """What stands in square brackets, a star before them included; None when there is none."""

    def take(self, expected: str) -> bool:
        """Passes over `expected` if it follows."""

    def peek(self) -> str:
        """The next character, or nothing at the end."""

    def letters(self, most: int) -> str:
        """Takes up to `most` letters, for font switches such as the one in `{\\cal PT}`."""

    def is_tight(self) -> bool:
        """Whether the macro itself follows something other than a space."""


Macro = Callable[[Following, str, bool], str]
"""Called with what follows, the macro's own name and whether it stands in a formula."""

_LONGEST_OVERLINED = 3
"""Letters: a line over a phrase is decoration."""


def meaning(name: str, following: Following, *, math: bool) -> str:
    """The text for the macro `name` and its arguments. An unknown one without arguments stays as it was written in
    text, and is a word in a formula."""
    return _MACROS.get(name, _symbol)(following, name, math)


def unescaped(address: str) -> str:
    r"""A web address as it was before somebody wrote `\_` and `\%` into it."""
    return re.sub(r"\\([_%#&~$])", r"\1", address).strip()


def _symbol(following: Following, name: str, math: bool) -> str:
    symbol = latex.symbols().get(name)
    if symbol is None:
        return _unknown(following, name, math)
    if following.take("{}"):
        return symbol
    # `a\le b` needs its space only to end the name, `a \le b` means it; so does text, but for `S\o rensen`
    ends_name = (following.is_tight() and not symbol.isalnum()) if math else latex.swallows_space(name)
    if ends_name:
        following.take(" ")
    return symbol


def _unknown(following: Following, name: str, math: bool) -> str:
    following.option()
    if following.peek() == "{":
        return following.argument(math=math) or name
    if math:
        return name if len(name) == 1 else f" {name}"
    return f"\\{name}"


def _accent(following: Following, name: str, math: bool) -> str:
    if name.isalpha() and (math or following.peek() not in {"{", " ", "\\"}):
        return _symbol(following, name, math)  # somebody's own `\c` or `\v`
    base = following.argument(math=math)
    return latex.accented(base, latex.ACCENTS[name]) if base else name


def _math_accent(following: Following, name: str, math: bool) -> str:
    base = following.argument(math=math or name != "underline")
    mark = latex.MATH_ACCENTS[name]
    if len(base) <= 1:
        return latex.accented(base, mark)
    if name == "overline" and base.isalnum() and len(base) <= _LONGEST_OVERLINED:
        return "".join(latex.accented(letter, mark) for letter in base)
    return base


def _alphabet(following: Following, name: str, math: bool) -> str:
    word = following.letters(most=3) if name in latex.FONT_SWITCHES else ""
    return latex.in_alphabet(word or following.argument(math=True), name)


def _operator(following: Following, name: str, math: bool) -> str:
    if not following.take(r"\limits"):
        following.take(r"\nolimits")
    word = "mod" if name == "bmod" else name
    if not math:
        return word
    return f" {word} " if following.peek() in {"\\", "{"} else f" {word}"


def _words(following: Following, name: str, math: bool) -> str:
    following.take("*")
    return following.argument(math=math and name == "ensuremath")


def _nothing(following: Following, name: str, math: bool) -> str:
    if not following.take("{}") and not math:
        following.take(" ")
    return ""


def _delimiter(following: Following, name: str, math: bool) -> str:
    following.take(".")
    return ""


def _break(following: Following, name: str, math: bool) -> str:
    return " "


def _invisible(following: Following, name: str, math: bool) -> str:
    following.raw_argument()
    return ""


def _reference(following: Following, name: str, math: bool) -> str:
    while following.option() is not None:
        pass
    following.raw_argument()
    return DROPPED


def _fraction(following: Following, name: str, math: bool) -> str:
    parts = [following.argument(math=True) for _ in range(2)]
    return "/".join(part if latex.is_one_term(part) else f"({part})" for part in parts)


def _root(following: Following, name: str, math: bool) -> str:
    degree = following.option() or ""
    sign = {"3": "∛", "4": "∜"}.get(degree) or latex.superscript(degree) + "√"
    return f"{sign}({following.argument(math=True)})"


def _binomial(following: Following, name: str, math: bool) -> str:
    return f"({following.argument(math=True)} choose {following.argument(math=True)})"


def _remainder(following: Following, name: str, math: bool) -> str:
    return f"(mod {following.argument(math=True)})"


def _negation(following: Following, name: str, math: bool) -> str:
    return latex.accented(following.argument(math=math), "\u0338")


def _stacked(following: Following, name: str, math: bool) -> str:
    above, below = following.argument(math=True), following.argument(math=True)
    return below + latex.superscript(above)


def _raised(following: Following, name: str, math: bool) -> str:
    script = latex.superscript if name == "textsuperscript" else latex.subscript
    return script(following.argument(math=math))


def _address(following: Following, name: str, math: bool) -> str:
    return unescaped(following.raw_argument())


def _link(following: Following, name: str, math: bool) -> str:
    address, words = unescaped(following.raw_argument()), following.argument(math=math)
    return words if address in {"", words} else f"{words} ({address})"


def _aside(following: Following, name: str, math: bool) -> str:
    note = following.argument(math=math)
    return f" ({note})" if note else ""


def _colored(following: Following, name: str, math: bool) -> str:
    following.raw_argument()
    return following.argument(math=math)


def _code_point(following: Following, name: str, math: bool) -> str:
    number = following.raw_argument().strip().lower()
    try:
        character = chr(int(number.lstrip("x"), 16 if number.startswith("x") else 10))
    except (ValueError, OverflowError):
        return ""
    return character if character.isprintable() else " "


def _each(macro: Macro, names: str | Iterable[str]) -> dict[str, Macro]:
    return dict.fromkeys(names.split() if isinstance(names, str) else names, macro)


_MACROS: dict[str, Macro] = {
    **_each(_accent, latex.ACCENTS),
    **_each(_math_accent, latex.MATH_ACCENTS),
    **_each(_alphabet, latex.ALPHABETS),
    **_each(_operator, latex.OPERATORS),
    **_each(_delimiter, "left right middle"),
    **_each(_break, "par newline linebreak cr"),
    **_each(
        _nothing,
        "big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr bigm displaystyle textstyle scriptstyle limits nolimits"
        " scriptscriptstyle rm bf it em sc sf tt sl small large Large tiny normalsize footnotesize noindent protect"
        " centering medskip smallskip bigskip nonumber notag hfill allowbreak relax boldmath unboldmath mathstrut",
    ),
    **_each(
        _words,
        "text textrm textit textbf textsc textsf texttt textsl textup textmd textnormal emph mbox hbox mathrm mathit"
        " mathsf mathtt mathop mathbin mathrel operatorname roman uppercase underbrace overbrace ensuremath",
    ),
    **_each(_invisible, "begin end color label phantom hphantom vphantom hspace vspace thanks"),
    **_each(
        _reference,
        "ref eqref autoref cref Cref pageref cite citep citet citealp citealt citeauthor citeyear citeyearpar"
        " parencite textcite footcite nocite index tag",
    ),
    **_each(_fraction, "frac dfrac tfrac nicefrac sfrac cfrac"),
    **_each(_stacked, "stackrel overset underset"),
    **_each(_binomial, "binom tbinom dbinom"),
    **_each(_raised, "textsuperscript textsubscript"),
    **_each(_address, "url path nolinkurl"),
    **_each(_colored, "textcolor colorbox"),
    "sqrt": _root,
    "pmod": _remainder,
    "not": _negation,
    "href": _link,
    "footnote": _aside,
    "unicode": _code_point,
}
