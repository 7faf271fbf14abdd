"""Every table, for the functions that have the SQL. The migrations make them; a test finds no difference between them.

Singular names; ids of Discord are `*_id` without a foreign key, since Discord owns them.
"""

from __future__ import annotations

from bot.storage.tables.backfills import backfill
from bot.storage.tables.base import metadata
from bot.storage.tables.imports import import_, import_item
from bot.storage.tables.learned import (
    explanation,
    explanation_vote,
    report,
    report_answer,
    report_confirmation,
    report_edit,
    resource,
    resource_list,
)
from bot.storage.tables.mentions import card, card_message, mention, reply
from bot.storage.tables.papers import lookup, paper, paper_alias, source_gate
from bot.storage.tables.reading_list import discussion, entry, entry_tag, note, reading, vote
from bot.storage.tables.running import alive, command_tree, interaction
from bot.storage.tables.servers import ignored_member, server, watched_channel
from bot.storage.tables.week import candidate, digest, nomination, occurrence, presenter, round_, schedule

__all__ = [
    "alive",
    "backfill",
    "candidate",
    "card",
    "card_message",
    "command_tree",
    "digest",
    "discussion",
    "entry",
    "entry_tag",
    "explanation",
    "explanation_vote",
    "ignored_member",
    "import_",
    "import_item",
    "interaction",
    "lookup",
    "mention",
    "metadata",
    "nomination",
    "note",
    "occurrence",
    "paper",
    "paper_alias",
    "presenter",
    "reading",
    "reply",
    "report",
    "report_answer",
    "report_confirmation",
    "report_edit",
    "resource",
    "resource_list",
    "round_",
    "schedule",
    "server",
    "source_gate",
    "vote",
    "watched_channel",
]
