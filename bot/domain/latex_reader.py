"""Reads the TeX of titles and abstracts into plain Unicode.

The TeX that people paste into a form is no program: unbalanced, half of it plain text, with macros that
nobody defined. So nothing here can fail. What is not understood stays as it was written, and every character
is visited once for each level of nesting, of which there are few.
"""

from __future__ import annotations

import re

from bot.domain import latex_symbols as latex
from bot.domain.latex_macros import meaning

_MAX_DEPTH = 24

_PLAIN_IN_TEXT = re.compile(r"[^\\${}^_~`'-]+")
_PLAIN_IN_MATH = re.compile(r"[^\\{}^_~'&$]+")
_NAME = re.compile(r"\\([A-Za-z]+|.)", re.DOTALL)
_DOLLARS = re.compile(r"\$\$(?P<display>[^$]+)\$\$|\$(?P<inline>(?:[^$\\]|\\.)+)\$", re.DOTALL)
_DISPLAY_START = re.compile(
    r"\\\(|\\\[|\\begin\{(?P<name>(?:equation|align|eqnarray|displaymath|math|gather|multline)\*?)\}"
)
_RAW_GROUP = re.compile(r"\s*\{([^{}]*)\}")
_OPTION = re.compile(r"\*?\s*\[([^\[\]]*)\]")
_LETTERS = re.compile(r"\s*([A-Za-z]+)")
_WINDOWS_PATH = re.compile(r"(?<=\b[A-Za-z]:)\\[^\s\"']*")
_SIMPLE_GROUP = re.compile(r"\{([^{}\\$]*)\}")
_ONE_WORD = re.compile(r"[\w-]*")
_THREE_LETTERS = re.compile(r"[A-Za-z]{3,}")

_ESCAPED_QUOTES = re.compile(r'(?<![\w}])\\"([^"\\]{1,80})\\"(?![\w{\\])|\\"(?![\w{\\])')
_ESCAPED_APOSTROPHE = re.compile(r"(?<=[a-z])\\'(?=[st](?!\w)|[.,;:)]|\s(?![A-Za-z](?!\w)))")

_TYPOGRAPHY = re.compile(
    r"""(?P<open>``|(?<!\S)''(?=\w))
      | (?P<close>'')
      | (?P<em>(?<!-)---(?![->]))
      | (?P<en>(?<![-\s])--(?![->])|(?<!-)--(?=\s|\d))
      | (?P<quote>(?<![\w`'])`(?=[^\s`'][^`']{0,80}'(?!\w)))
      | (?P<space>(?<=[\w.,;:)\]}$])~(?=[\w\\$(\[{]))
    """,
    re.VERBOSE,
)
_TYPESET = {"open": "“", "close": "”", "em": "—", "en": "–", "quote": "‘", "space": " "}


class Reader:
    """One pass over `source`. What it gives macros is `latex_macros.Following`."""

    def __init__(self, source: str, depth: int = 0) -> None:
        self._source = source
        self._at = 0
        self._depth = depth
        self._macro_at = 0
        self._quote_is_open = False
        self._never_ends: set[str] = set()

    def read(self, *, math: bool, stop: str = "") -> str:
        """Everything up to the unnested character `stop`, which is passed over, or to the end."""
        plain = _PLAIN_IN_MATH if math else _PLAIN_IN_TEXT
        read: list[str] = []
        while self._at < len(self._source):
            if run := plain.match(self._source, self._at):
                self._at = run.end()
                read.append(run[0])
                continue
            sign = self._source[self._at]
            if sign == stop:
                self._at += 1
                break
            piece = self._sign(sign, math)
            is_spaced_word = math and piece[:1] == " " and piece[1:2].isalpha()
            read.append(piece[1:] if is_spaced_word and not _needs_space_after(read) else piece)
        return "".join(read)

    def argument(self, *, math: bool) -> str:
        while self.peek().isspace():
            self._at += 1
        sign = self.peek()
        if self._depth >= _MAX_DEPTH or not sign or sign in "}$":
            return ""
        if sign == "\\":
            return self._macro(math).strip()
        self._at += 1
        return self._nested(math).strip() if sign == "{" else sign

    def raw_argument(self) -> str:
        return self._match(_RAW_GROUP) or ""

    def option(self) -> str | None:
        return self._match(_OPTION)

    def take(self, expected: str) -> bool:
        found = self._source.startswith(expected, self._at)
        self._at += len(expected) if found else 0
        return found

    def peek(self) -> str:
        return self._source[self._at : self._at + 1]

    def letters(self, most: int) -> str:
        found = _LETTERS.match(self._source, self._at)
        if not found:
            return ""
        self._at = min(found.end(), found.start(1) + most)
        return found[1][:most]

    def is_tight(self) -> bool:
        return self._macro_at > 0 and not self._source[self._macro_at - 1].isspace()

    def _match(self, pattern: re.Pattern[str]) -> str | None:
        """The group of `pattern` if it matches here; reading goes on behind the match."""
        found = pattern.match(self._source, self._at)
        if not found:
            return None
        self._at = found.end()
        return found[1] or ""

    def _sign(self, sign: str, math: bool) -> str:
        if sign == "\\":
            return self._macro(math)
        if sign == "$":
            return self._dollar(math)
        if sign in "^_":
            return self._script(sign, math)
        if sign in "{}":
            return self._brace(sign, math)
        if not math:
            return self._typography(sign)
        self._at += 1
        return {"~": " ", "&": " ", "'": "′"}[sign]

    def _typography(self, sign: str) -> str:
        found = _TYPOGRAPHY.match(self._source, self._at)
        kind = (found and found.lastgroup) or ""
        if found and not (kind in {"em", "en"} and self._is_in_address()):
            self._at = found.end()
            self._quote_is_open |= kind == "quote"
            return _TYPESET[kind]
        self._at += 1
        if sign == "'" and self._quote_is_open and not self.peek().isalnum():
            self._quote_is_open = False
            return "’"
        return sign

    def _is_in_address(self) -> bool:
        word = self._source[max(0, self._at - 200) : self._at].rpartition(" ")[2]
        return "://" in word or "www." in word

    def _dollar(self, math: bool) -> str:
        span = None if math else _DOLLARS.match(self._source, self._at)
        if span and (span["display"] or not _is_prose(span["inline"])):
            self._at = span.end()
            return self._formula(span["display"] or span["inline"])
        self._at += 1
        return "" if math or self.peek() == "\\" else "$"

    def _formula(self, formula: str) -> str:
        if self._depth >= _MAX_DEPTH:
            return formula
        return Reader(formula, self._depth + 1).read(math=True).strip()

    def _script(self, sign: str, math: bool) -> str:
        self._at += 1
        if not math and self.peek() != "{":
            return sign
        content = self.argument(math=True)
        return latex.superscript(content) if sign == "^" else latex.subscript(content)

    def _brace(self, sign: str, math: bool) -> str:
        group = None if math else _SIMPLE_GROUP.match(self._source, self._at)
        self._at += 1
        if sign == "}" or self._depth >= _MAX_DEPTH:
            return "" if math or self._depth else sign
        content = self._nested(math)
        # in text, {0,1} is a set, while {BERT} and {\bf x} are TeX's way to hold something together
        return content if not group or _ONE_WORD.fullmatch(group[1]) else f"{{{content}}}"

    def _nested(self, math: bool) -> str:
        self._depth += 1
        content = self.read(math=math, stop="}")
        self._depth -= 1
        return content

    def _macro(self, math: bool) -> str:
        if not math and (verbatim := self._no_macro()) is not None:
            return verbatim
        if (formula := self._display()) is not None:
            return formula
        named = _NAME.match(self._source, self._at)
        if not named:
            self._at += 1
            return "\\"
        self._macro_at = self._at
        self._at = named.end()
        if self._depth >= _MAX_DEPTH:
            return latex.symbols().get(named[1], "")
        self._depth += 1
        text = meaning(named[1], self, math=math)
        self._depth -= 1
        return text

    def _no_macro(self) -> str | None:
        r"""A path of Windows, or the quotation marks of a text that a program wrote as `\"` and `\'`."""
        if path := _WINDOWS_PATH.match(self._source, self._at):
            self._at = path.end()
            return path[0]
        if apostrophe := _ESCAPED_APOSTROPHE.match(self._source, self._at):
            self._at = apostrophe.end()
            return "'"
        inside = self._match(_ESCAPED_QUOTES)
        if inside is None:
            return None
        return f'"{inside}"' if inside else '"'

    def _display(self) -> str | None:
        r"""A formula between `\(` and `\)`, `\[` and `\]` or in an environment that starts here and ends."""
        start = _DISPLAY_START.match(self._source, self._at)
        if not start:
            return None
        end = {r"\(": r"\)", r"\[": r"\]"}.get(start[0]) or f"\\end{{{start['name']}}}"
        until = -1 if end in self._never_ends else self._source.find(end, start.end())
        if until < 0:
            self._never_ends.add(end)
            return None
        self._at = until + len(end)
        return self._formula(self._source[start.end() : until])


def _needs_space_after(read: list[str]) -> bool:
    before = next((piece for piece in reversed(read) if piece), "")[-1:]
    return before.isalnum() or before in {")", "]", "}"}


def _is_prose(between: str) -> bool:
    """Whether the words between two dollar signs are no formula, as in "costs $5 and $10"."""
    if re.search(r"[\\^_{}=<>+]", between):
        return False
    has_word = bool(_THREE_LETTERS.search(between))
    if between[0].isdigit():
        return has_word or between[-1] in " -(/–"
    return has_word and between[0] == " " != between[-1]
