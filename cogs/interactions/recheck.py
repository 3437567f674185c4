"""Check an answer again that was made from old data, and take it down if it must not stay."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial

import discord
import structlog

from cogs.interactions.placeholder import NOT_TAKEN
from cogs.interactions.reply import Reply
from cogs.interactions.services import services_of

log = structlog.stdlib.get_logger("cogs")

# For one request of Discord's, its repetitions included. In seconds.
_LONGEST_REQUEST = 30.0

# Discord's error code for a message that was deleted.
_UNKNOWN_MESSAGE = 10008

_RECHECKS = "rechecks"
"""Where an interaction keeps what is to be checked after its answer was shown."""


@dataclass(frozen=True, slots=True)
class _Shown:
    """A reply that was shown: in a message of its own, or as the interaction's first answer."""

    interaction: discord.Interaction
    message: discord.WebhookMessage | None

    async def replace(self, reply: Reply) -> None:
        change = self.message.edit if self.message else self.interaction.edit_original_response
        await change(content=reply.content, embeds=reply.embeds, view=reply.view)

    async def delete(self) -> None:
        remove = self.message.delete if self.message else self.interaction.delete_original_response
        await remove()


def plan_recheck(
    interaction: discord.Interaction, reply: Reply, message: discord.WebhookMessage | None
) -> None:
    """Remember that a reply that was shown is to be checked again, if it wants to be."""
    if reply.recheck:
        shown = _Shown(interaction, message)
        interaction.extras.setdefault(_RECHECKS, []).append(partial(_check, shown, reply.recheck))


async def recheck(interaction: discord.Interaction) -> None:
    """Check again what was shown of old data; replace it if it must not stay."""
    checks: Sequence[Callable[[], Awaitable[None]]] = interaction.extras.get(_RECHECKS, ())
    if checks:
        with services_of(interaction).running.recheck():
            await asyncio.gather(*(check() for check in checks))


async def _check(shown: _Shown, check: Callable[[], Awaitable[Reply | None]]) -> None:
    try:
        instead = await check()
    except Exception:
        log.exception("unexpected fault")
        return
    if instead is None:
        return
    if not await _done(shown.replace(instead)) and not await _done(shown.delete()):
        message = shown.message or shown.interaction.message
        log.error(
            "a message that must not stay could not be taken down; delete it by hand",
            channel=shown.interaction.channel_id,
            message=message.id if message else None,
        )


async def _done(step: Awaitable[object]) -> bool:
    """Tell whether the message no longer shows what it must not."""
    try:
        async with asyncio.timeout(_LONGEST_REQUEST):
            await step
    except NOT_TAKEN as error:
        if isinstance(error, discord.NotFound) and error.code == _UNKNOWN_MESSAGE:
            return True
        log.warning("a message was not taken down", cause=str(error) or repr(error))
        return False
    return True
