"""The pong bot in hikari."""

from __future__ import annotations

import os
import sys

import hikari
from hikari import impl


def main(discord: str) -> None:
    """Run the bot until it is told to stop."""
    bot = hikari.GatewayBot(
        os.environ["DISCORD_TOKEN"],
        rest_url=discord,
        intents=hikari.Intents.NONE,
        cache_settings=impl.CacheSettings(components=hikari.api.CacheComponents.NONE),
        banner=None,
        logs="ERROR",
    )

    @bot.listen()
    async def register(_: hikari.StartingEvent) -> None:
        application = await bot.rest.fetch_application()
        ping = bot.rest.slash_command_builder("ping", "Answer at once")
        await bot.rest.set_application_commands(application, [ping])

    @bot.listen()
    async def answer(event: hikari.InteractionCreateEvent) -> None:
        if isinstance(event.interaction, hikari.CommandInteraction):
            message = hikari.ResponseType.MESSAGE_CREATE
            await event.interaction.create_initial_response(message, "pong")
        elif isinstance(event.interaction, hikari.ComponentInteraction):
            update = hikari.ResponseType.MESSAGE_UPDATE
            await event.interaction.create_initial_response(update, "pong")

    bot.run(check_for_updates=False)


if __name__ == "__main__":
    main(sys.argv[1])
