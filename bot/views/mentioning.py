"""What the bot says when it is mentioned and there is nothing to show."""

from __future__ import annotations

HINT = "Mention me together with a link to a paper, and I show its card here. See /help for the rest."

ROLE_HINT = "Discord does not let me read what mentions my role. Choose me by name instead, or use /paper."
"""For a message whose text Discord left out."""
