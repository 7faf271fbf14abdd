"""Paper Club: a Discord bot for communities that read research papers together."""
