"""What a record says in passing, in its abstract or its comment: where the code is, that the paper was withdrawn,
where it appeared."""

from __future__ import annotations

import re

from bot.domain.latex import readable
from bot.domain.latex_macros import unescaped
from bot.domain.papers import Paper
from bot.domain.text import shorten
from bot.domain.venues import LONGEST_VENUE, venue_in_comment

MOST_CODE_LINKS = 3
LONGEST_LINK = 512
"""Characters that Discord takes for the address of a link button,
https://docs.discord.com/developers/components/reference#button"""

_SEGMENT = r"[A-Za-z0-9][A-Za-z0-9._~-]*"
_REPOSITORY = rf"/{_SEGMENT}/[A-Za-z0-9._~-]+(?:/[A-Za-z0-9._~%+@=/-]*)?"
_CODE_HOSTS = {
    "github.com": _REPOSITORY,
    "gist.github.com": _REPOSITORY,
    "gitlab.com": _REPOSITORY,
    "codeberg.org": _REPOSITORY,
    "bitbucket.org": _REPOSITORY,
    "huggingface.co": rf"/(?!(?:papers|docs|blog|learn|posts|collections)/)(?:(?:datasets|spaces)/)?"
    rf"{_SEGMENT}/[\w.~/-]+",
    "sourceforge.net": rf"/(?:projects|p)/{_SEGMENT}(?:/[\w.~/-]*)?",
    "anonymous.4open.science": rf"/r(?:epository)?/{_SEGMENT}(?:/[\w.~%/-]*)?",
}
"""Hosts that hold a project's files, with the paths that lead to one. Zenodo and OSF are left out: half of what papers
link there is data, texts or slides; so are project pages (github.io)."""

_CODE_LINK = re.compile(
    r"(?:https?: ?/{1,2}|(?<![\w.@/-]))(?:www\.)?(?:"
    + "|".join(f"(?:{re.escape(host)}(?-i:{path}))" for host, path in _CODE_HOSTS.items())
    + ")",
    re.IGNORECASE | re.ASCII,
)
_HOST = re.compile(r"(?:https?: ?/{1,2})?(?:www\.)?([^/]+)", re.IGNORECASE)

_THING = (
    r"(?:e-?print|paper|article|manuscript|submission|preprint|posting|upload|work|note|comment|letter|report|draft"
    r"|version|thesis|project)"
)
_THIS_ONE = (
    r"(?:this|the|our|present)\s+(?!\w*\s*(?:earlier|previous|former|old|original|first)\b)"
    rf"(?:[\w'-]+\s+){{0,2}}?{_THING}"
)
_WITHDRAWN = r"withdr[ao]wn?"
_PAPER_IS_WITHDRAWN = re.compile(
    rf"""\b{_THIS_ONE}
         (?:,[^.;,]{{1,40}},|\s+in\s+its\s+present\s+form|\s*\([^()]{{1,40}}\))?
         \s+(?:(?:has|have)\s+been|is|was)\s+(?:(?:temporarily|now|hereby|therefore|being)\s+){{0,2}}{_WITHDRAWN}\b
       | \bthis\s+(?:version\s+)?(?:(?:has\s+been|was|is)\s+)?withdr[ao]wn\s+by\b""",
    re.IGNORECASE | re.VERBOSE,
)
_BEGINS_WITHDRAWN = re.compile(
    rf"""\W*(?:(?:temporarily|now|{_THING}|has\s+been|is|was)\s+){{0,3}}withdr[ao]wn
         (?=\W*$|\s*[.,;:*!)-]|\s+(?:by|due|because|since|as|for|from|until|pending|at|and|to|after|on)\b)""",
    re.IGNORECASE | re.VERBOSE,
)
_WITHDRAWN_BY = re.compile(
    r"[.;,:]\s+withdr[ao]wn\s+(?:by\s+(?:the\s+)?(?:authors?|submitter|arxiv|me|us)|due\s+to|because|for|to)\b",
    re.IGNORECASE,
)
_WISH_TO_WITHDRAW = re.compile(
    rf"\b(?:I|we|authors?)\b[^.;]{{0,40}}\bwithdr(?:aws?|ew|awing)\s+(?:{_THIS_ONE}|my\s+{_THING}|it|this\s+one)\b",
    re.IGNORECASE,
)


def code_links(paper: Paper) -> tuple[str, ...]:
    """https addresses of code hosts named in abstract or comment, in that order, each once. They hold only characters
    that an address may have, and no query or fragment."""
    found: dict[str, str] = {}
    for text in (paper.abstract, paper.comment or ""):
        plain = unescaped(text)
        lowered = plain.lower()
        if not any(host in lowered for host in _CODE_HOSTS):
            continue  # so it is with most, and found out thirty times as fast
        for match in _CODE_LINK.finditer(plain):
            link = _clean_link(match[0])
            if len(link) <= LONGEST_LINK:
                found.setdefault(link.lower().rstrip("/").removesuffix(".git"), link)
    return tuple(found.values())[:MOST_CODE_LINKS]


def is_withdrawn_comment(comment: str | None, abstract: str) -> bool:
    """Whether the record itself says that the paper is withdrawn. The word alone says nothing: there is a withdrawn
    proposition, a withdrawal benefit, and administrators' notes name other papers."""
    said = " ".join((comment or "").split())
    if _PAPER_IS_WITHDRAWN.search(said) or _BEGINS_WITHDRAWN.match(said):
        return True
    if _WITHDRAWN_BY.search(said) or _WISH_TO_WITHDRAW.search(said):
        return True
    beginning = " ".join(abstract[:400].split())
    return bool(_PAPER_IS_WITHDRAWN.match(beginning.lstrip("*([ ")) or _BEGINS_WITHDRAWN.match(beginning))


def venue(paper: Paper) -> str | None:
    """Where it appeared or was accepted: the journal reference, else what the comment says. One short line; None when
    the record only says that it was submitted, or nothing."""
    if paper.journal_ref and paper.journal_ref.strip():
        return shorten(" ".join(readable(paper.journal_ref).split()).rstrip("."), LONGEST_VENUE)
    return venue_in_comment(" ".join(readable(paper.comment or "").split()))


def _clean_link(match: str) -> str:
    return _HOST.sub(lambda found: f"https://{found[1].lower()}", match.rstrip(".-~/"), count=1)
