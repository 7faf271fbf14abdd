"""A local Discord and a local arXiv for the demo and the tests, on loopback only.

The way of a member's message through the local Discord:

    people.Person.post → state.channel.Channel.add_message → events.message_changed → gateway → the bot
    the bot → rest.server → rest.messages.create → (bodies, permissions) → Channel.add_message → gateway → the bot

`server.Sandbox` starts it all and is where to begin reading. What Discord would refuse becomes an `errors.ApiError` and
stands in `violations`. Commands, buttons and forms go from `people` through `interactions`, and come back by
`rest.interactions` and `rest.webhooks` as an `answers.Answer`.
"""
