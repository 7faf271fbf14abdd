"""Takes out of a source's text what no reader should meet: invisible characters and remains of HTML."""

from __future__ import annotations

import html
import re

_CONTROLS = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_ZERO_WIDTH = "\u00ad\u180e\u200b\u2060-\u2065\u206a-\u206f\ufeff\ufff9-\ufffb"
_NO_TEXT = "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\U000e0000-\U000e007f"  # surrogates, noncharacters, tags

_UNSEEN = re.compile(f"[{_CONTROLS}{_BIDI}{_ZERO_WIDTH}{_NO_TEXT}]")
_STRAY_JOINER = re.compile(r"[\u200c\u200d](?![^\x00-\u02ff])|(?<![^\x00-\u02ff])[\u200c\u200d]")
"""Joiners belong into emoji and several scripts; beside a Latin letter or a space they only hide something."""

_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"})
"""Come from text copied out of a PDF; nobody finds a word that is spelled with one."""

_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_BREAK_TAG = re.compile(r"<br ?/?>\s*", re.IGNORECASE)
_PARAGRAPH_TAG = re.compile(r"</?p>", re.IGNORECASE)
_SCRIPT_TAG = re.compile(r"<(su[bp])>([^<>]{1,40})</\1>", re.IGNORECASE)
_STYLE_TAGS = ("i", "b", "em", "strong", "u", "tt", "sub", "sup", "span", "small", "big")


def without_unseen(text: str) -> str:
    """Removes control characters (tab and line breaks stay), direction overrides and zero-width characters, and
    spells out printers' ligatures."""
    if text.isascii() and text.isprintable():
        return text
    return _STRAY_JOINER.sub("", _UNSEEN.sub("", text)).translate(_LIGATURES)


def without_html(text: str) -> str:
    """Resolves entities, twice encoded ones too, and takes out the few tags that occur in titles and abstracts.

    `<sub>` and `<sup>` become TeX scripts. Other words in angle brackets (`<think>`, `<a, b>`) belong to the text;
    so does a style tag that is never closed (`a <b> c`).
    """
    if "&" in text:
        text = _ENTITY.sub(_character, _ENTITY.sub(_character, text))
    if "<" not in text:
        return text
    text = _PARAGRAPH_TAG.sub("\n\n", _BREAK_TAG.sub("\n", text))
    text = _SCRIPT_TAG.sub(_tex_script, text)
    lower = text.lower()
    for tag in _STYLE_TAGS:
        if f"<{tag}>" in lower and f"</{tag}>" in lower:
            text = re.sub(f"</?{tag}>", "", text, flags=re.IGNORECASE)
    return text


def _character(entity: re.Match[str]) -> str:
    return html.unescape(entity[0])


def _tex_script(tag: re.Match[str]) -> str:
    return ("_" if tag[1].lower() == "sub" else "^") + "{" + tag[2] + "}"
