"""`python -m bot check`: is everything there that the bot needs?"""
