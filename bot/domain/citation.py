"""How to cite a paper: BibTeX and one plain sentence."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import quote

from bot.domain.latex import readable
from bot.domain.link_pages import page_url
from bot.domain.papers import Paper

MOST_AUTHORS = 50
"""More are "and others", BibTeX's own word for it: no style prints them, and some papers have 3,000."""

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_ESCAPES = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "^": r"\textasciicircum{}",
        "~": r"\textasciitilde{}",
        **{sign: f"\\{sign}" for sign in "%&#$_"},
    }
)
"""A brace becomes a word: BibTeX counts the brace of `\\{` too when it looks for the end of a field."""

_FOLDED = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i"}
)
_NOT_FAMILY = frozenset(("jr", "sr", "ii", "iii", "iv", "et", "al", "collaboration", "collaborations", "team", "the"))
_SMALL_WORDS = frozenset(
    ("a", "an", "the", "on", "of", "in", "for", "to", "and", "or", "with", "is", "are", "from", "by", "at", "as", "via")
)
SEVERAL = re.compile(r"(?:^|\s)and(?:\s|$)|[,:]|\b(?:collaborations?|consortium|team|group)\b", re.IGNORECASE)
FAMILY_FIRST = re.compile(r"[^\s,:]+(?: [^\s,:]+)?, (?:[A-Z]\.[- ]?)+$")
_DOI = re.compile(r"10\.\d{4,9}/[^\s{}\"\\]+")


def bibtex(paper: Paper, *, entry_key: str | None = None, keywords: Iterable[str] = ()) -> str:
    """One BibTeX entry, which ends without a line break; `entry_key` instead of `key(paper)`, where that is taken.

    Always `@misc`: `@article` needs a journal, and what sources give (`Phys.Rev.D76:013009,2007`, or a whole
    conference) holds volume, pages and year in one text that no rule takes apart. It stands in `note`. Texts are
    Unicode with TeX's special characters escaped, for biber or a BibTeX that reads UTF-8.
    """
    fields = {
        "title": f"{{{_escaped(paper.title)}}}",  # in braces of its own, so that styles leave its capitals alone
        "author": _authors(paper),
        "year": str(paper.published.year) if paper.published else "",
        "month": _MONTHS[paper.published.month - 1] if paper.published else "",
        **_eprint(paper),
        "doi": doi(paper) or "",
        "url": address(paper) or "",
        "note": _escaped(paper.journal_ref or ""),
        "keywords": ", ".join(keywords).translate(_ESCAPES),  # plain text: not read as TeX first
    }
    lines = [f"  {name} = {_value(name, value)}" for name, value in fields.items() if value]
    return f"@misc{{{entry_key or key(paper)},\n" + ",\n".join(lines) + "\n}"


def key(paper: Paper) -> str:
    """`vaswani2017attention`: first author, year, first word of the title that means something; ASCII letters and
    digits, the same every time. Two papers can have the same one."""
    year = str(paper.published.year) if paper.published else ""
    words = [_ascii(word) for word in re.split(r"[\s/–—-]+", readable(paper.title))]
    word = next((word for word in words if word and word not in _SMALL_WORDS), "")
    return (_family(paper) + year + word) or _ascii(str(paper.id)) or "paper"


def doi(paper: Paper) -> str | None:
    """The first DOI of the record: 141 of arXiv's records in 20,000 name two in one field, some give its address."""
    found = _DOI.search(paper.id.value if paper.id.scheme == "doi" else paper.doi or "")
    return found[0].rstrip(".,;") if found else None


def address(paper: Paper) -> str | None:
    """The page to read it at: arXiv's, else the DOI's, else its source's. None where its id does not tell."""
    if paper.id.scheme == "arxiv":
        return f"https://arxiv.org/abs/{paper.id.value}"
    name = doi(paper)
    return f"https://doi.org/{quote(name, safe='/:;()-._')}" if name else page_url(paper.id)


def _value(name: str, value: str) -> str:
    return value if name == "month" else f"{{{value}}}"


def _eprint(paper: Paper) -> dict[str, str]:
    if paper.id.scheme != "arxiv":
        return {}
    return {
        "eprint": paper.id.value,
        "archivePrefix": "arXiv",
        "primaryClass": re.sub(r"[^\w.-]", "", paper.primary_category or "", flags=re.ASCII),
    }


def _authors(paper: Paper) -> str:
    names = [_escaped(name) for name in paper.authors[:MOST_AUTHORS] if name.strip()]
    # braces keep BibTeX from splitting "The CMS and LHCb Collaborations" at its "and"
    protected = [f"{{{name}}}" if SEVERAL.search(name) and not FAMILY_FIRST.match(name) else name for name in names]
    return " and ".join([*protected, "others"] if len(paper.authors) > MOST_AUTHORS else protected)


def _escaped(raw: str) -> str:
    return " ".join(readable(raw).split()).translate(_ESCAPES)


def _family(paper: Paper) -> str:
    if not paper.authors:
        return ""
    name = readable(paper.authors[0]).partition(",")[0].partition(":")[0]
    words = [_ascii(word) for word in name.split()]
    return next((word for word in reversed(words) if word and word not in _NOT_FAMILY), "")


def _ascii(word: str) -> str:
    """Lower-case letters and digits without accents; empty for scripts that have no such letters."""
    folded = unicodedata.normalize("NFKD", word.lower().translate(_FOLDED))
    return re.sub(r"[^a-z0-9]", "", folded)
