"""The help page."""

from __future__ import annotations

from bot.views.help import HelpLine, help_view
from tests.views.layouts import sound


def test_what_the_bot_does_and_each_command() -> None:
    introduction, commands = sound(help_view([HelpLine("save", "Put it on."), HelpLine("settings watch", "Watch.")]))
    assert introduction.startswith("### Paper Club\nPaste a link")
    assert commands == "`/save` Put it on.\n`/settings watch` Watch."
