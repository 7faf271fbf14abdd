"""What a paper is, whichever link led to it."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict


class PaperId(NamedTuple):
    """A canonical identifier: all forms of a link to one record lead to the same one.

    `scheme` is one of arxiv, doi, acl, openreview, pmlr, neurips, cvf, jmlr, pmid, pmc, s2, s2corpus, ieee, pii,
    and the smaller kinds of `bot.domain.links`. `value` carries no version; DOIs are in lower case; old arXiv ids
    have no subject class (`math/0309136`).
    """

    scheme: str
    value: str

    def __str__(self) -> str:
        return f"{self.scheme}:{self.value}"


class Paper(BaseModel):
    """Public metadata of one paper as its source gave it: texts are raw (LaTeX, source's spelling), whitespace
    collapsed in the title; blank lines kept between an abstract's paragraphs."""

    model_config = ConfigDict(frozen=True)

    id: PaperId
    title: str
    authors: tuple[str, ...]
    abstract: str
    categories: tuple[str, ...] = ()
    primary_category: str | None = None
    published: datetime | None = None
    updated: datetime | None = None
    version: int | None = None
    doi: str | None = None
    journal_ref: str | None = None
    comment: str | None = None
    withdrawn: bool = False
