"""What members write: words, and links in every way they are pasted."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import NamedTuple

TITLE = "Paper Number {} of Many"

_UNKNOWN_IDS = 40
_WORDS = (
    "the", "of", "a", "we", "model", "training", "result", "figure", "again", "nice", "who", "reads", "this", "slides",
)  # fmt: skip
_FORMS = (
    "https://arxiv.org/abs/{}",
    "https://arxiv.org/abs/{}v1",
    "http://www.arxiv.org/pdf/{}",
    "arXiv:{}",
    "[this one](https://arxiv.org/abs/{})",
    "||https://arxiv.org/abs/{}||",
)


class Text(NamedTuple):
    """A message, the papers it should get cards for, and whether it names one that does not exist."""

    words: str
    papers: tuple[int, ...] = ()
    unknown: bool = False

    @property
    def asks(self) -> bool:
        return bool(self.papers) or self.unknown


class Texts:
    """Thrown with `dice`, about papers 1 to `papers`."""

    def __init__(self, dice: random.Random, papers: int) -> None:
        self._dice, self._papers = dice, papers
        self._kinds: dict[Callable[[list[int]], Text], float] = {
            self._plain: 80,
            self.one_link: 9,
            self._repeat: 3,
            self._several: 2,
            self._many: 0.5,
            self._unknown: 1,
            self._known_and_unknown: 0.5,
            self._wrapped: 2,
            self._code: 2,
        }

    def any(self, shared: list[int]) -> Text:
        """`shared` are the papers that were linked there before; more come to it."""
        (kind,) = self._dice.choices(list(self._kinds), list(self._kinds.values()))
        return kind(shared)

    def one_link(self, shared: list[int]) -> Text:
        """To any paper."""
        return self._links([self._paper(shared)])

    def _plain(self, _shared: list[int]) -> Text:
        return Text(f"{' '.join(self._dice.choices(_WORDS, k=self._dice.randint(1, 30)))}")

    def _repeat(self, shared: list[int]) -> Text:
        return self._links([self._dice.choice(shared[-20:] or [1])])

    def _several(self, shared: list[int]) -> Text:
        return self._links([self._paper(shared) for _ in range(self._dice.randint(2, 4))])

    def _many(self, shared: list[int]) -> Text:
        return self._links([self._paper(shared) for _ in range(self._dice.randint(5, 7))])

    def _unknown(self, _shared: list[int]) -> Text:
        return Text(f"who knows {self._unknown_link()}", unknown=True)

    def _known_and_unknown(self, shared: list[int]) -> Text:
        text = self.one_link(shared)
        return Text(f"{text.words} {self._unknown_link()}", text.papers, unknown=True)

    def _wrapped(self, shared: list[int]) -> Text:
        return Text(f"no preview: <https://arxiv.org/abs/{arxiv_id(self._paper(shared))}>")

    def _code(self, shared: list[int]) -> Text:
        return Text(f"`https://arxiv.org/abs/{arxiv_id(self._paper(shared))}`")

    def _links(self, numbers: list[int]) -> Text:
        links = " and ".join(self._dice.choice(_FORMS).format(arxiv_id(number)) for number in numbers)
        return Text(f"{' '.join(self._dice.choices(_WORDS, k=3))} {links}", tuple(dict.fromkeys(numbers)))

    def _paper(self, shared: list[int]) -> int:
        number = self._dice.randint(1, self._papers)
        shared.append(number)
        return number

    def _unknown_link(self) -> str:
        return f"https://arxiv.org/abs/2405.{90000 + self._dice.randrange(_UNKNOWN_IDS)}"


def arxiv_id(number: int) -> str:
    """Of one of the papers."""
    return f"{2401 + number // 10_000}.{number % 10_000:05}"
