"""Which addresses a body may carry."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit

from sandbox.bodies.field import Field

LONGEST = 2048
_ATTACHMENT = "attachment://"
_WEB = ("http", "https")


def check_link(link: Field, *, longest: int = LONGEST, schemes: Collection[str] = _WEB) -> None:
    """An absolute address with one of the schemes."""
    address = link.text(1, longest)
    if not address:
        return
    try:
        parts = urlsplit(address)
    except ValueError:  # brackets that hold no IPv6 address
        link.refuse("is no address")
        return
    if parts.scheme not in schemes:
        link.refuse(f"must start with one of {', '.join(f'{scheme}://' for scheme in schemes)}")
    elif not parts.netloc or any(character.isspace() for character in address):
        link.refuse("is no address")


def check_media(media: Field, files: Collection[str], *, only_files: bool = False) -> None:
    """The address of a picture or file: on the web, or `attachment://name` for a file of this message."""
    address = media.value
    if isinstance(address, str) and address.startswith(_ATTACHMENT):
        media.text(1, LONGEST)
        name = address.removeprefix(_ATTACHMENT)
        if name not in files:
            media.refuse(f"no attached file is called {name!r}")
    elif only_files:
        media.refuse(f"must start with {_ATTACHMENT}")
    else:
        check_link(media)
