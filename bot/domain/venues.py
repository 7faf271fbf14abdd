"""Where a paper appeared, as its authors put it in a comment: "12 pages, accepted at ICML 2026 (spotlight)"."""

from __future__ import annotations

import re

from bot.domain.text import shorten

LONGEST_VENUE = 100
_SHORTEST_VENUE = 3

_CONFERENCE = (
    r"(?:NeurIPS|NIPS|ICML|ICLR|AISTATS|UAI|COLT|COLM|CoLLAs|AAAI|IJCAI|ECAI|AAMAS|ICAPS|KDD|WSDM|CIKM|SIGIR|RecSys|ICDM"
    r"|ECML|WWW|TheWebConf|ACL|EMNLP|NAACL|EACL|AACL|COLING|CoNLL|LREC|INTERSPEECH|ICASSP|ASRU|CVPR|ICCV|ECCV|WACV|BMVC"
    r"|ACCV|3DV|MICCAI|MIDL|ISBI|SIGGRAPH|ICRA|IROS|RSS|CoRL|CHI|UIST|CSCW|SIGMOD|VLDB|ICDE|PODS|STOC|FOCS|SODA|ITCS|ICALP"
    r"|SoCG|ESA|CRYPTO|EUROCRYPT|ASIACRYPT|NDSS|OSDI|SOSP|NSDI|ASPLOS|ISCA|HPCA|PLDI|POPL|ICSE|FSE|ISSTA|ISIT|ICC|GLOBECOM"
    r"|ICME|ACM\ MM|USENIX\ Security)"
)
_NAMED_CONFERENCE = re.compile(
    rf"""\b{_CONFERENCE}(?:\s*['’-]?\s*(?:19|20)\d\d|\s*['’]\s?\d\d)\b
         (?:\s+(?:[\w&'’-]+\s+){{0,5}}?(?:Workshops?|Track|Findings|Challenge)\b
          |\s+(?:\((?:[\w ]+)\)|Oral|Spotlight|Poster|Highlight|Demo\b))?""",
    re.VERBOSE,
)
_ACCEPTED = re.compile(
    r"""\b(?:accepted(?:\s+(?:as\s+an?\s+[\w\s-]{2,30}?|for\s+(?:oral\s+|poster\s+)?(?:publication|presentation)
                             |to\s+appear|paper|version|\(\w+\)|and\s+published))?\s+(?:in|at|by|to|for)
         | (?:to|will)\s+(?:appear|be\s+(?:published|presented))(?::|\s+(?:in|at|on|by))
         | (?:appear(?:s|ed|ing)?|published|presented)(?:\s+as\s+an?\s+[\w\s-]{2,30}?)?\s+(?:in|at|by)
         | in\s+proceedings
         | (?=proc(?:eedings|\.)\s+of\b)
       )\s*(?:\bat\s+(?=the\b))?(?:\b(?:the|in)\s+)*(?:\bproc(?:eedings|\.)\s+of\s+)?(?:the\s+)?
       (?P<place>["“‘(]?(?-i:[A-Z0-9]).*)""",
    re.IGNORECASE | re.VERBOSE,
)
_NOT_YET = re.compile(r"\b(?:submitted|in submission|under review|prepared for)\b[^.;]*$", re.IGNORECASE)
_ADDRESS = re.compile(r"\(?\s*(?:https?://|www\.)\S+")
_END_OF_PLACE = re.compile(
    r"""[;|]|\s[-–—]\s(?=\D)
      | (?:(?<=[a-z]{5})|(?<=[\d)]))\.(?=\s+[A-Z][a-z]{3,}\s)
      | \.(?=\s+(?:\d+\s*(?:pages?|pp|fig)|\W*(?:code|project|full|this|the|our|to)\b))
      | [,(.]?\s*\b\d+\s*(?:pages?|pp|figures?|figs?|tables?)\b
      | [,.(]?\s*\bon\s+(?:\d|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)
      | [,.(]?\s*\b(?:by|©)\s+(?:the\s+)?(?:institute|ieee|acm)\b
      | [,.(]?\s*\b(?:arxiv|code|project|website|github|doi|link|available|with\s+minor|see|copyright|camera[- ]ready)\b
      | ,\s+(?:held|this|which|where)\b
      | \s+(?:and|conference\s+for)\s+publi(?:shed|cation)\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
_DANGLING = re.compile(r"(?:\s+(?:at|in|of|on|and|for|the))+$")
_SAYS_NOTHING = re.compile(
    r"(?:a|an|this|journal|conference|workshop|publication|final|press|print|peer|proceedings|\d+)\W*", re.IGNORECASE
)


def venue_in_comment(comment: str) -> str | None:
    """The conference or journal that took the paper, in at most LONGEST_VENUE characters. `comment` is readable text
    on one line. None when it only says that the paper was submitted somewhere, or nothing of the kind."""
    comment = " ".join(_ADDRESS.sub("", comment.replace(" in at http", " in http")).split())
    for phrase in (_ACCEPTED.search(comment), _NAMED_CONFERENCE.search(comment)):
        if phrase and not _NOT_YET.search(comment, 0, phrase.start()):
            place = _trimmed(phrase.groupdict().get("place") or phrase[0])
            if place:
                return place
    return None


def _trimmed(place: str) -> str:
    end = _END_OF_PLACE.search(place)
    place = re.sub(r'["“”]', "", place[: end.start()] if end else place).strip(" .,:;-–—*")
    place = _DANGLING.sub("", place)
    if place.count("(") != place.count(")"):
        place = place.partition("(")[0].strip(" .,)")
    says_nothing = len(place) < _SHORTEST_VENUE or _SAYS_NOTHING.fullmatch(place)
    return "" if says_nothing else shorten(place, LONGEST_VENUE)
