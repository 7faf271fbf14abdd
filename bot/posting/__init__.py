"""What the bot does in channels: each module carries out one kind of decision of the services."""
