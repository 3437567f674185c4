"""The first answer to an interaction, sent as it lies ready.

discord.py's own methods build it from embeds and views each time, ask for the message that Discord
makes of it, and build that too: a third of an answer from memory (see docs/performance.md).
"""

from __future__ import annotations

from collections.abc import Mapping

import discord
from discord.http import Route
from discord.webhook.async_ import async_context


async def call_back(
    interaction: discord.Interaction,
    kind: discord.InteractionResponseType,
    data: Mapping[str, object],
) -> None:
    """Answer an interaction that has not been answered; raises what discord.py's own methods do.

    Source: Discord's developer documentation, "Receiving and Responding", "Interaction Callback".
    """
    if interaction.response.is_done():
        raise discord.InteractionResponded(interaction)
    route = Route(
        "POST",
        "/interactions/{webhook_id}/{webhook_token}/callback",
        webhook_id=interaction.id,
        webhook_token=interaction.token,
    )
    session = interaction._session  # pyright: ignore[reportPrivateUsage]
    payload = {"type": kind.value, "data": data}
    await async_context.get().request(route, session, payload=payload)
    # discord.py's own methods look here for whether there has been an answer.
    interaction.response._response_type = kind  # pyright: ignore[reportPrivateUsage]
