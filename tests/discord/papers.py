"""Papers the tests talk about: some of the local arXiv's catalogue, and records to add to it."""

from __future__ import annotations

from typing import Any

from sandbox.state.message import Message

ATTENTION = "https://arxiv.org/abs/1706.03762"
ADAM = "https://arxiv.org/abs/1412.6980"
BERT = "https://arxiv.org/abs/1810.04805"
RESNET = "https://arxiv.org/abs/1512.03385"
GAN = "https://arxiv.org/abs/1406.2661"
LARGE_N = "https://arxiv.org/abs/hep-th/9711200"


def record(paper_id: str, **fields: Any) -> dict[str, Any]:
    """A paper for `arxiv.add`, plain but for the fields given."""
    plain = {
        "id": paper_id,
        "title": f"The Paper {paper_id}",
        "authors": ["A. Writer"],
        "abstract": "A few words about it.",
        "categories": ["cs.DL"],
        "primary_category": "cs.DL",
        "published": "2024-01-31T00:00:00Z",
        "updated": "2024-01-31T00:00:00Z",
    }
    return plain | fields


def titles(message: Message) -> list[str]:
    """The headings of the cards in a message."""
    return [line.removeprefix("### ") for line in message.text.splitlines() if line.startswith("### ")]


def labels(message: Message) -> list[str]:
    """What stands on its buttons."""
    return [button.label for button in message.buttons]


def forge(message: Message, label: str, custom_id: str) -> None:
    """Puts another id on the first button with that label, as a member's own program could send it."""
    waiting = list(message.components)
    while waiting:
        component = waiting.pop(0)
        if component.get("label") == label:
            component["custom_id"] = custom_id
            return
        waiting += [*component.get("components", ()), *filter(None, [component.get("accessory")])]
    raise AssertionError(f"no button {label!r}")
