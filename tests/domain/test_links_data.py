"""Lines that people wrote, each with the papers in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.domain.links import find_links

_DATA = Path(__file__).resolve().parents[2] / ".." / "shared" / "data"
_CODE = {"inline-code", "code-block"}  # papers in it are labelled, but code is not read

LABELS_THAT_ARE_WRONG = {
    # A publisher's page with the DOI in its address; the same shape is labelled on other publishers' sites.
    "doi:10.15252/emmm.202012104",
    # Zenodo's own pages; the same records are labelled where they are linked through doi.org.
    "doi:10.5281/zenodo.8016386",
    "doi:10.5281/zenodo.8040110",
    "doi:10.5281/zenodo.10028721",
}


def _lines(name: str) -> list[dict[str, Any]]:
    file = _DATA / name
    if not file.is_file():
        pytest.skip(f"needs {name} beside the checkout")
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def _is_right(line: dict[str, Any]) -> bool:
    needed = dict.fromkeys(
        paper["id"] for paper in line["expected"] if not paper.get("optional") and paper["context"] not in _CODE
    )
    allowed = {p["id"] for p in line["expected"] if p.get("optional")} - needed.keys() | LABELS_THAT_ARE_WRONG
    found = [str(link.paper) for link in find_links(line["text"])]
    return [paper for paper in found if paper not in allowed] == list(needed)


def test_written_lines() -> None:
    lines = _lines("links-dev.jsonl")
    wrong = [line["text"] for line in lines if not _is_right(line)]
    assert len(wrong) <= len(lines) * 0.001, wrong


def test_wrapped_lines() -> None:
    assert [line["text"] for line in _lines("links-wrapped-synthetic-dev.jsonl") if not _is_right(line)] == []


def test_versions_in_written_lines() -> None:
    wrong = []
    for line in _lines("links-dev.jsonl"):
        versions = {str(link.paper): link.version for link in find_links(line["text"])}
        wrong += [
            paper["match"]
            for paper in line["expected"]
            if paper["type"] == "arxiv" and versions.get(paper["id"]) not in {None, *paper.get("versions", ())}
        ]
    assert wrong == []
