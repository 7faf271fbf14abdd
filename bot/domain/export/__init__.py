"""A server's reading list as a file."""
