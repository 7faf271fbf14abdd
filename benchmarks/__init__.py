"""What the README's figures come from: `make bench`. The bot and the bare bot, side by side, on this machine alone."""
