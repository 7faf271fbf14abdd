"""The features as Discord shows them: each module reads an interaction or event, calls one service, and answers."""
