"""What the local Discord knows.

Each object changes itself through its methods and tells the world, which tells the bot; permissions were checked
before, by the routes for the bot and by `sandbox.people` for members.
"""
