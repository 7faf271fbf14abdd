"""Small feeds in arXiv's form of 2026."""

from __future__ import annotations


def entry(name: str, *, title: str = "A Title", published: bool = True, comment: str = "") -> str:
    """One entry; `name` is an id with its version."""
    return (
        f"<entry><id>http://arxiv.org/abs/{name}</id><title>{title}</title>"
        "<updated>2017-12-06T03:30:32Z</updated><summary>Words about it.</summary>"
        + ("<published>2017-06-12T17:57:34Z</published>" if published else "")
        + (f"<arxiv:comment>{comment}</arxiv:comment>" if comment else "")
        + '<category term="cs.CL"/><arxiv:primary_category term="cs.CL"/>'
        "<author><name>José Núñez</name></author></entry>"
    )


def refusal(malformed: str) -> str:
    """The entry that stands alone when an id is malformed."""
    return (
        f"<entry><id>https://arxiv.org/api/errors#incorrect_id_format_for_{malformed}</id><title>Error</title>"
        f"<updated>2026-04-12T22:59:06Z</updated><summary>incorrect id format for {malformed}</summary>"
        "<author><name>arXiv api core</name></author></entry>"
    )


def feed(*entries: str, total: int | None = None) -> bytes:
    """A whole feed; `total` is what it says of itself."""
    return (
        "<?xml version='1.0' encoding='UTF-8'?>\n"
        '<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" '
        'xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns="http://www.w3.org/2005/Atom">'
        "<title>arXiv Query</title>"
        f"<opensearch:totalResults>{len(entries) if total is None else total}</opensearch:totalResults>"
        f"{''.join(entries)}</feed>"
    ).encode()
