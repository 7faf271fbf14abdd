"""Embeds (developers/resources/message#embed-object-embed-limits)."""

from __future__ import annotations

from collections.abc import Collection

from sandbox.bodies.addresses import check_link, check_media
from sandbox.bodies.field import Field

_LIMITS = "resources/message#embed-object-embed-limits"
_MOST_CHARACTERS = 6000
_SHOWN = ("title", "description", "fields", "image", "thumbnail", "author", "footer", "video")


def shows_something(embed: Field) -> bool:
    """An embed without any of these is as good as none."""
    return any(embed[key].filled for key in _SHOWN)


def check_embeds(embeds: Field, files: Collection[str]) -> None:
    """Up to ten, and 6,000 characters over all of them."""
    embeds = embeds.ruled_by(_LIMITS)
    characters = sum(_check_embed(embed, files) for embed in embeds.items(0, 10))
    if characters > _MOST_CHARACTERS:
        embeds.refuse(f"all texts together must have at most {_MOST_CHARACTERS} characters, have {characters}")


def _check_embed(embed: Field, files: Collection[str]) -> int:
    """The characters that count."""
    if not embed.is_object():
        embed.needed()
        return 0
    texts = [
        embed["title"].text(0, 256),
        embed["description"].text(0, 4096),
        embed["footer"]["text"].text(0, 2048),
        embed["author"]["name"].text(0, 256),
    ]
    for field in embed["fields"].items(0, 25):
        for key, longest in (("name", 256), ("value", 1024)):
            if field[key].needed():
                texts.append(field[key].text(1, longest))
    embed["color"].whole(0, 0xFFFFFF)
    for link in (embed["url"], embed["author"]["url"]):
        check_link(link)
    for picture in (
        embed["image"]["url"],
        embed["thumbnail"]["url"],
        embed["footer"]["icon_url"],
        embed["author"]["icon_url"],
    ):
        if picture.present:
            check_media(picture, files)
    return sum(map(len, texts))
