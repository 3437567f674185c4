"""Check an answer from stale data again, and take it down if it must not stay."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any, cast

import discord
import structlog
from discord import InteractionResponseType

from cogs.discord_internals import call_back
from cogs.interactions.placeholder import NOT_TAKEN
from cogs.interactions.record import record_of
from cogs.interactions.reply import Reply
from cogs.interactions.request import words_of
from cogs.interactions.services import services_of
from cogs.language.words import Words

log = structlog.stdlib.get_logger("cogs")

# For one request to Discord, including retries. In seconds.
_LONGEST_REQUEST = 30.0

# Discord's error code for a deleted message.
_UNKNOWN_MESSAGE = 10008

RECHECKS = "rechecks"
"""The interaction's key for the check to make after its answer was shown."""

# No answer yet, or one that changes the message with the used control.
_KEEPING_THE_MESSAGE = {
    None,
    InteractionResponseType.message_update,
    InteractionResponseType.deferred_message_update,
}

_Step = Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Shown:
    """A message with a reply; `message` is None if only the interaction gives access to it."""

    interaction: discord.Interaction
    message: discord.Message | None

    def ways_down(self, instead: Reply) -> Iterator[_Step]:
        """Yield steps that replace or remove the message: by the interaction, then by the bot."""
        changed = {"content": instead.content, "embeds": instead.embeds, "view": instead.view}
        if self._is_reached_by_interaction:
            yield from self._by_interaction(instead, changed)
        if self.message is not None and self.interaction.channel_id is not None:
            client, channel_id = self.interaction.client, self.interaction.channel_id
            own = client.get_partial_messageable(channel_id).get_partial_message(self.message.id)
            yield partial(own.edit, **changed)
            yield own.delete

    @property
    def _is_reached_by_interaction(self) -> bool:
        """Whether the interaction's token changes this message.

        If a control was answered with a new message, such as a private copy or an error, the token
        belongs to that one, and no longer to the message with the control.
        """
        is_used = self.message is not None and self.message is self.interaction.message
        return not is_used or self.interaction.response.type in _KEEPING_THE_MESSAGE

    def _by_interaction(self, instead: Reply, changed: Mapping[str, Any]) -> Iterator[_Step]:
        interaction, message = self.interaction, self.message
        if isinstance(message, discord.WebhookMessage):
            yield partial(message.edit, **changed)
            yield message.delete
        elif interaction.response.is_done():
            yield partial(interaction.edit_original_response, **changed)
            yield interaction.delete_original_response
        else:
            update = InteractionResponseType.message_update
            yield partial(call_back, interaction, update, instead.as_update)


async def take_down(shown: Shown, instead: Reply) -> bool:
    """Replace a message that must not stay with a reply, or delete it.

    Return whether Discord accepted one of the steps; if not, the log says where the message is.
    """
    try:
        for step in shown.ways_down(instead):
            if await _is_taken(step):
                return True
    except asyncio.CancelledError:
        _log_what_stays(shown)
        raise
    _log_what_stays(shown)
    return False


def plan_recheck(
    interaction: discord.Interaction,
    reply: Reply,
    check: Callable[[], Awaitable[Reply | None]],
    message: discord.Message | None,
) -> None:
    """Plan to check a shown reply again."""
    planned = partial(_check, Shown(interaction, message), reply, check)
    interaction.extras.setdefault(RECHECKS, []).append(planned)


def plan_recheck_of_original(
    interaction: discord.Interaction, copy: Reply, check: Callable[[], Awaitable[Reply | None]]
) -> None:
    """Plan to take down the used message if its pack is gone; the asker got a private copy."""

    async def gone() -> Reply | None:
        newer = await check()
        return newer if newer and newer.takes_down else None

    plan_recheck(interaction, copy, gone, interaction.message)


async def recheck(interaction: discord.Interaction) -> None:
    """Check an answer from stale data again; replace it if it must not stay."""
    checks: Sequence[Callable[[], Awaitable[None]]] = interaction.extras[RECHECKS]
    running = services_of(interaction).running
    task = cast("asyncio.Task[object]", asyncio.current_task())
    running.rechecks.add(task)
    try:
        await asyncio.gather(*(check() for check in checks))
    except asyncio.CancelledError:
        if not running.interrupted:
            raise
    finally:
        running.rechecks.discard(task)


async def _check(shown: Shown, reply: Reply, check: Callable[[], Awaitable[Reply | None]]) -> None:
    words = words_of(shown.interaction, private=reply.private)
    if instead := await _verdict(shown.interaction, words, check):
        await take_down(shown, instead)


async def _verdict(
    interaction: discord.Interaction, words: Words, check: Callable[[], Awaitable[Reply | None]]
) -> Reply | None:
    """Return the replacement for an answer, if it needs one; after a fault of the bot it does."""
    try:
        return await check()
    except Exception:
        log.exception("unexpected fault")
        return Reply(words.with_reference(words.unexpected, record_of(interaction).reference))


async def _is_taken(step: _Step, *, again: bool = True) -> bool:
    """Make a step; tell whether the message is harmless now. Try again if the failure may pass."""
    try:
        async with asyncio.timeout(_LONGEST_REQUEST):
            await step()
    except NOT_TAKEN as error:
        if isinstance(error, discord.NotFound) and error.code == _UNKNOWN_MESSAGE:
            return True
        log.warning("a message was not taken down", cause=str(error) or repr(error))
        return again and _may_pass(error) and await _is_taken(step, again=False)
    return True


def _may_pass(error: Exception) -> bool:
    if not isinstance(error, discord.HTTPException):
        return True
    status = error.status
    return status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR


def _log_what_stays(shown: Shown) -> None:
    log.error(
        "a message that must not stay could not be taken down; delete it by hand",
        channel=shown.interaction.channel_id,
        message=shown.message.id if shown.message else None,
    )
