"""Drawing Discord in a terminal, the way its own client shows it."""
