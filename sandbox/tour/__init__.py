"""The tour: a small community's story, told in the terminal and checked on the way."""
