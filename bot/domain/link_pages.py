"""Where a paper is on the web, rebuilt from its identifier alone: no address out of a message is ever passed on."""

from __future__ import annotations

import re
from urllib.parse import quote

from bot.domain.papers import PaperId

_PAGES = {
    "acl": "https://aclanthology.org/{}/",
    "acm": "https://dl.acm.org/citation.cfm?id={}",
    "arxiv": "https://arxiv.org/abs/{}",
    "dagstuhl": "https://drops.dagstuhl.de/opus/volltexte/{}/",
    "distill": "https://distill.pub/{}/",
    "doi": "https://doi.org/{}",
    "hal": "https://hal.science/{}",
    "iacr": "https://eprint.iacr.org/{}",
    "ieee": "https://ieeexplore.ieee.org/document/{}",
    "jmlr": "https://jmlr.org/papers/{}.html",
    "openreview": "https://openreview.net/forum?id={}",
    "pii": "https://www.sciencedirect.com/science/article/pii/{}",
    "pmc": "https://pmc.ncbi.nlm.nih.gov/articles/{}/",
    "pmid": "https://pubmed.ncbi.nlm.nih.gov/{}/",
    "pmlr": "https://proceedings.mlr.press/{}.html",
    "s2": "https://www.semanticscholar.org/paper/{}",
    "s2corpus": "https://api.semanticscholar.org/CorpusID:{}",
    "ssrn": "https://papers.ssrn.com/sol3/papers.cfm?abstract_id={}",
    "transformer-circuits": "https://transformer-circuits.pub/{}/index.html",
}
_PDFS = {
    "acl": "https://aclanthology.org/{}.pdf",
    "arxiv": "https://arxiv.org/pdf/{}",
    "hal": "https://hal.science/{}/document",
    "iacr": "https://eprint.iacr.org/{}.pdf",
    "openreview": "https://openreview.net/pdf?id={}",
    "pmc": "https://pmc.ncbi.nlm.nih.gov/articles/{}/pdf/",
}
_FIRST_PMLR_VOLUME_WITH_FOLDERS = 54  # before, some volumes have /v49/cotter16.pdf and some /v22/chen12a/chen12a.pdf
_PMLR_VOLUMES_WITH_CAPITALS = {"v40", "v45", "v63"}  # /v40/Liang15.html: the identifier has lost them
_LAST_NEURIPS_YEAR_WITH_ONE_TRACK = 2021  # since, the address names the track, which the identifier does not
_CVF_NAME = re.compile(r".*_(?:([A-Z]+)_(\d{4})|(\d{4})_([A-Z]+))")
_FIRST_CVF_YEAR_WITHOUT_UNDERSCORE = 2021
_FIRST_CVF_YEAR_IN_CAPITALS = 2019


def page_url(paper: PaperId) -> str | None:
    """The page about the paper; None where the identifier does not tell the address."""
    if paper.scheme == "neurips":
        return _neurips(paper.value, "hash", "Abstract.html")
    if paper.scheme == "cvf":
        return _cvf(paper.value, "html", "html")
    if paper.scheme == "usenix":
        conference, _, name = paper.value.partition("/")
        return f"https://www.usenix.org/conference/{_escape(conference)}/presentation/{_escape(name)}"
    if paper.scheme == "pmlr" and paper.value.partition("/")[0] in _PMLR_VOLUMES_WITH_CAPITALS:
        return None
    template = _PAGES.get(paper.scheme)
    return template.format(_escape(paper.value)) if template else None


def pdf_url(paper: PaperId) -> str | None:
    """The paper itself, where anyone may read it and the identifier tells the address."""
    if paper.scheme == "neurips":
        return _neurips(paper.value, "file", "Paper.pdf")
    if paper.scheme == "cvf":
        return _cvf(paper.value, "papers", "pdf")
    if paper.scheme == "pmlr":
        return _pmlr_pdf(paper.value)
    if paper.scheme == "jmlr":
        volume, _, name = paper.value.partition("/")
        return f"https://jmlr.org/papers/volume{_escape(volume[1:])}/{_escape(name)}/{_escape(name)}.pdf"
    template = _PDFS.get(paper.scheme)
    return template.format(_escape(paper.value)) if template else None


def _escape(value: str) -> str:
    return quote(value, safe="/:()._-")


def _neurips(value: str, folder: str, ending: str) -> str | None:
    year, slash, digest = value.partition("/")
    if not slash or int(year) > _LAST_NEURIPS_YEAR_WITH_ONE_TRACK:
        return None
    return f"https://proceedings.neurips.cc/paper_files/paper/{year}/{folder}/{digest}-{ending}"


def _cvf(value: str, folder: str, ending: str) -> str | None:
    """Only for the main conferences: papers of workshops lie in a folder that their names do not tell."""
    match = _CVF_NAME.fullmatch(value)
    if not match:
        return None
    conference, year = match[1] or match[4], match[2] or match[3]
    if conference.endswith("W"):
        return None
    if int(year) >= _FIRST_CVF_YEAR_WITHOUT_UNDERSCORE:
        place = f"content/{conference}{year}"
    elif int(year) >= _FIRST_CVF_YEAR_IN_CAPITALS or conference == "ECCV":
        place = f"content_{conference}_{year}"
    else:
        place = f"content_{conference.lower()}_{year}"
    return f"https://openaccess.thecvf.com/{place}/{folder}/{_escape(value)}_paper.{ending}"


def _pmlr_pdf(value: str) -> str | None:
    volume, _, name = value.partition("/")
    if volume.startswith("v") and int(volume[1:]) < _FIRST_PMLR_VOLUME_WITH_FOLDERS:
        return None
    return f"https://proceedings.mlr.press/{_escape(volume)}/{_escape(name)}/{_escape(name)}.pdf"
