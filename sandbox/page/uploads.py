"""Files as they come over the socket."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence

from sandbox.commands import NotPossible
from sandbox.interactions import UPLOAD_BYTES
from sandbox.page.requests import Parameters

MOST_FILES = 10
_NOT_IN_NAMES = re.compile(r"[^\w.\-]+")
_LONGEST_NAME = 100


class Upload(Parameters):
    """`content` is in base64."""

    name: str
    content: str


def decoded(upload: Upload) -> tuple[str, bytes]:
    """Name and content; NotPossible for what Discord's client would not send."""
    name = _NOT_IN_NAMES.sub("_", upload.name).strip(".")[-_LONGEST_NAME:] or "file"
    try:
        content = base64.b64decode(upload.content, validate=True)
    except (binascii.Error, ValueError):
        raise NotPossible(f"{name} did not arrive whole.") from None
    if len(content) > UPLOAD_BYTES:
        raise NotPossible(f"{name} is larger than {UPLOAD_BYTES // 1024**2} MB.")
    return name, content


def all_decoded(uploads: Sequence[Upload]) -> dict[str, bytes]:
    """By name; one that occurs twice gets a number."""
    if len(uploads) > MOST_FILES:
        raise NotPossible(f"A message takes {MOST_FILES} files.")
    found: dict[str, bytes] = {}
    for upload in uploads:
        name, content = decoded(upload)
        found[f"{len(found)}_{name}" if name in found else name] = content
    return found
