"""The shapes that identifiers of papers have, and the one spelling kept of each."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import unquote

from bot.domain.papers import PaperId

# Archives that numbered papers before April 2007, https://info.arxiv.org/help/arxiv_identifier.html
_OLD_ARCHIVES = (
    "acc-phys|adap-org|alg-geom|ao-sci|astro-ph|atom-ph|bayes-an|chao-dyn|chem-ph|cmp-lg|comp-gas|cond-mat|cs|dg-ga"
    "|funct-an|gr-qc|hep-ex|hep-lat|hep-ph|hep-th|math-ph|math|mtrl-th|nlin|nucl-ex|nucl-th|patt-sol|physics"
    "|plasm-ph|q-alg|q-bio|quant-ph|solv-int|supr-con"
)
# Group 1 or 2 is the identifier without its version, 3 the version. The archive's subject class is no part of it.
ARXIV = (
    rf"(?:(?i:(?:{_OLD_ARCHIVES})(?:\.[a-z-]{{2,8}})?/)?(\d{{4}}\.\d{{4,5}})"
    rf"|((?i:{_OLD_ARCHIVES})(?i:\.[a-z-]{{2,8}})?/\d{{7}}))(?:[vV](\d{{1,3}}))?(?![A-Za-z0-9])"
)
DOI_PREFIX = r"10\.\d{4,9}/"
# Printable ASCII without what no DOI in use holds but addresses and sentences put behind one: " # & ? \ ^ ` |
DOI_CHARACTER = r"[!$%'->@-\[\]_a-zA-Z{}~]"

_ARXIV = re.compile(ARXIV)
_LAST_YEAR_OF_NEW_IDS = 90  # from 91 on, two digits mean the last century
_FIRST_MONTH_OF_NEW_IDS = 704
_FIRST_MONTH_OF_FIVE_DIGITS = 1501
_LAST_MONTH_OF_OLD_IDS = 703
_FIRST_MONTH_OF_OLD_IDS = 9107
_MONTHS_A_YEAR = 12

_LONGEST_DOI = 300
_DOI = re.compile(rf"{DOI_PREFIX}(?:(?!%){DOI_CHARACTER})+")
# What publishers' sites put behind the DOI in an address, which people then copy along.
_DOI_TAIL = re.compile(
    r"(?:[./](?:https?:.*|full|full[-_]?text|fullhtml|pdf|epdf|pdfdirect|pdfplus|abstract|abs|summary|meta|html?|xml|svg|reader"
    r"|short|long|ampdf|references|citations?|cited-by|metrics|(?:figures|tables)(?:/\d+)?|suppl?(?:_file|ementary-material)?(?:/.*)?)"
    r"(?:\+html)?)+$"
)
_PREPRINT_VERSION = re.compile(r"(10\.(?:1101|64898)/(?:\d{4}\.\d\d\.\d\d\.)?\d{6,8})v\d+(?:[./].*)?")
_ARXIV_DOI = "10.48550/arxiv."
_DOI_NEVER_ENDS_IN = ".,;:!'*_~$=/([{"

_SLUG = r"[a-z0-9][a-z0-9_-]*"
_CONFERENCE = r"(?:CVPR|ICCV|ECCV|WACV|ACCV)W?"
_SHAPES = {
    scheme: re.compile(shape)
    for scheme, shape in {
        "acl": r"[A-Z]\d\d-\d{4}|\d{4}\.[a-z0-9_]+-[a-z0-9]+\.\d{1,4}",
        "acm": r"[1-9]\d{2,9}",
        "cvf": rf"[\w.'-]+_(?:{_CONFERENCE}_\d{{4}}|\d{{4}}_{_CONFERENCE})",
        "dagstuhl": r"(?:19|20)\d\d/[1-9]\d{0,6}",
        "distill": rf"20\d\d/{_SLUG}(?:/{_SLUG})?",
        "hal": r"[a-z]+-\d{8}",
        "iacr": r"(?:19|20)\d\d/\d{3,5}",
        "ieee": r"[1-9]\d{2,8}",
        "jmlr": r"v[1-9]\d{0,2}/(?:[a-z][a-z_-]*\d\d[a-z]|\d\d-\d{3,4})",
        "neurips": r"(?:19|20)\d\d/[0-9a-f]{32}|[1-9]\d{0,4}",
        "openreview": r"[A-Za-z0-9_-]{5,20}",
        "pii": r"S?\d{7}[\dX]\d{7}[\dX]|B(?:\d{9}[\dX]|\d{13})\d{5}[\dX]",
        "pmc": r"PMC[1-9]\d{0,8}",
        "pmid": r"[1-9]\d{0,7}",
        "pmlr": r"[vr]\d{1,4}/[a-z][a-z0-9_-]*\d\d[a-z]{0,2}",
        "pwc": _SLUG,
        "s2": r"[0-9a-f]{40}",
        "s2corpus": r"[1-9]\d{0,11}",
        "ssrn": r"[1-9]\d{3,8}",
        "transformer-circuits": rf"20\d\d/{_SLUG}",
        "usenix": rf"{_SLUG}/{_SLUG}",
    }.items()
}
_UPPER = {"pii", "pmc"}
_AS_WRITTEN = {"cvf", "openreview"}
_ZEROS_IN_FRONT_MEAN_NOTHING = {"acm", "ieee", "pmid", "s2corpus", "ssrn"}

SCHEMES = frozenset(_SHAPES) | {"arxiv", "doi"}


class Identified(NamedTuple):
    """A paper and the version that was named with it."""

    paper: PaperId
    version: int | None = None


def identify(scheme: str, value: str) -> Identified | None:
    """The paper that `value` names in one of `SCHEMES`, spelled canonically; None when it cannot be one."""
    if scheme == "arxiv":
        return _arxiv(value)
    if scheme == "doi":
        return _doi(value)
    spelled = _spell(scheme, value)
    return Identified(PaperId(scheme, spelled)) if _SHAPES[scheme].fullmatch(spelled) else None


def _spell(scheme: str, value: str) -> str:
    if scheme in _AS_WRITTEN:
        return value
    if scheme in _UPPER:
        return value.upper()
    if scheme in _ZEROS_IN_FRONT_MEAN_NOTHING:
        return value.lstrip("0")
    if scheme == "acl":
        return value.upper() if value[:1].isalpha() else value.lower()
    if scheme == "iacr":  # 2018/24 and 2018/024 are one report
        year, _, number = value.partition("/")
        return f"{year}/{number.zfill(3)}"
    return value.lower()


def _arxiv(value: str) -> Identified | None:
    match = _ARXIV.fullmatch(value)
    if not match:
        return None
    new, old, version = match.groups()
    identifier = new if _is_new_arxiv(new) else _old_arxiv(old)
    if not identifier:
        return None
    return Identified(PaperId("arxiv", identifier), int(version) if version and int(version) else None)


def _is_new_arxiv(identifier: str | None) -> bool:
    """YYMM.number: from 0704 on, four digits to 1412 and five since, counted from 1."""
    if not identifier:
        return False
    month, _, number = identifier.partition(".")
    digits = 5 if int(month) >= _FIRST_MONTH_OF_FIVE_DIGITS else 4
    return (
        int(month) >= _FIRST_MONTH_OF_NEW_IDS
        and int(month[:2]) <= _LAST_YEAR_OF_NEW_IDS
        and 1 <= int(month[2:]) <= _MONTHS_A_YEAR
        and len(number) == digits
        and int(number) > 0
    )


def _old_arxiv(identifier: str | None) -> str | None:
    """archive/YYMMNNN, from 1991 to March 2007."""
    if not identifier:
        return None
    archive, _, number = identifier.lower().partition("/")
    month = int(number[:4])
    in_time = month >= _FIRST_MONTH_OF_OLD_IDS or month <= _LAST_MONTH_OF_OLD_IDS
    if not in_time or not 1 <= month % 100 <= _MONTHS_A_YEAR or number.endswith("000"):
        return None
    return f"{archive.partition('.')[0]}/{number}"


def _doi(value: str) -> Identified | None:
    """Case means nothing in a DOI; arXiv's own DOIs are the arXiv paper."""
    if len(value) > _LONGEST_DOI:
        return None
    doi = _without_tail((unquote(value) if "%" in value else value).replace("\\_", "_").lower())
    if preprint := _PREPRINT_VERSION.fullmatch(doi):
        doi = preprint[1]
    if not _DOI.fullmatch(doi):
        return None
    if doi.startswith(_ARXIV_DOI):
        return _arxiv(doi.removeprefix(_ARXIV_DOI))
    return Identified(PaperId("doi", doi))


def _without_tail(doi: str) -> str:
    while True:
        shorter = _DOI_TAIL.sub("", doi.rstrip(_DOI_NEVER_ENDS_IN))
        if shorter == doi:
            return doi
        doi = shorter
