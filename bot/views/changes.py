"""What a member is told after they changed what is known of a paper."""

from __future__ import annotations

from bot.domain.reading_list import Community, Status, TagChange, Vote
from bot.domain.stored_paper import StoredPaper
from bot.views.card_text import name, tag_list

_TITLE = 400
_TAGS = 300
"""Three lists of tags and a title: a message without a layout has 2,000 characters."""

_STATUS: dict[Status, str] = {
    "want to read": "You want to read **{title}**.",
    "reading": "You are reading **{title}**.",
    "read": "You have read **{title}**.",
}


def saved_words(paper: StoredPaper, community: Community, *, new: bool) -> str:
    """A paper is on the list, or was there already."""
    if new:
        return f"Saved **{_long_title(paper)}**. It has {_votes(community.votes)}; see the list with /list."
    by = f", saved by <@{community.saved_by}>" if community.saved_by else ""
    return f"**{_long_title(paper)}** is on the list already{by}. It has {_votes(community.votes)}."


def vote_words(paper: StoredPaper, vote: Vote) -> str:
    """A vote is given, or taken back."""
    what = "You voted for" if vote.voted else "You took back your vote for"
    return f"{what} **{_long_title(paper)}**. It has {_votes(vote.votes)}."


def unsaved_words(paper: StoredPaper) -> str:
    """The member was sure."""
    return f"**{_long_title(paper)}** is off the list."


def kept_words(paper: StoredPaper) -> str:
    """The member thought better of it."""
    return f"**{_long_title(paper)}** stays on the list."


def status_words(paper: StoredPaper, status: Status | None) -> str:
    """A status is set, or taken away."""
    if status is None:
        return f"You have no status for **{_title(paper)}** now."
    said = _STATUS[status].format(title=_title(paper))
    return f"{said} Only you see that; see them all with /list and its option `status`."


def tags_words(paper: StoredPaper, changed: TagChange) -> str:
    """The tags of a paper are set."""
    now = f"is tagged {tag_list(changed.now, _TAGS)}" if changed.now else "has no tags"
    if not changed.added and not changed.removed:
        return f"Nothing changed: **{_title(paper)}** {now}."
    what = [
        f"added {tag_list(changed.added, _TAGS)}" if changed.added else "",
        f"took off {tag_list(changed.removed, _TAGS)}" if changed.removed else "",
    ]
    return f"**{_title(paper)}** {now}: {', '.join(filter(None, what))}."


def note_words(paper: StoredPaper, *, had: bool, has: bool) -> str:
    """A note is set, or taken away."""
    title = _title(paper)
    if has:
        instead = " in place of your earlier one" if had else ""
        return (
            f"Noted on **{title}**{instead}; everyone can read it behind **More** on its card. "
            "To take it away, write `none` as the text."
        )
    return f"Your note on **{title}** is gone." if had else f"You had no note on **{title}**."


def _long_title(paper: StoredPaper) -> str:
    return name(paper, 800)


def _votes(count: int) -> str:
    return f"{count} vote" if count == 1 else f"{count} votes"


def _title(paper: StoredPaper) -> str:
    return name(paper, _TITLE)
