"""How whoever looks after the bot, or a program that does, sees whether it works."""
