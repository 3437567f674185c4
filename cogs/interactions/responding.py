"""Send answers to Discord: at once if possible, deferred if necessary, never twice."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from http import HTTPStatus

import discord
import structlog
from discord import InteractionResponseType

from cogs.discord_internals import call_back
from cogs.interactions.placeholder import (
    Placeholder,
    delete_freed,
    fill,
    free,
    placeholder_of,
    think,
)
from cogs.interactions.recheck import (
    Shown,
    plan_recheck,
    plan_recheck_of_original,
    take_down,
)
from cogs.interactions.record import Outcome, record_of
from cogs.interactions.reply import Reply
from cogs.interactions.request import request_of, sharer_of, words_of

log = structlog.stdlib.get_logger("cogs")


# For one request to Discord, including retries. In seconds.
_LONGEST_REQUEST = 15.0


class WouldLeak(Exception):
    """A reply was about to show the channel something that only its asker may see.

    This is a bug elsewhere.
    """


async def respond(
    interaction: discord.Interaction, work: Awaitable[Reply], *, private: bool
) -> None:
    """Answer with a new message after the work; `private` if a private answer is expected.

    If the asker may see hidden packs, the answer may become private.
    """

    async def defer_answer() -> None:
        await think(interaction, private=private or request_of(interaction).moderator)
        record_of(interaction).mark_first_answer()

    await send(interaction, await _result_or_defer(work, defer_answer))


async def turn(interaction: discord.Interaction, work: Awaitable[Reply], *, in_place: bool) -> None:
    """Answer a control after the work: change its message, or send a private copy."""
    reply = await _result_or_defer(work, partial(defer, interaction))
    if reply.takes_down:
        await _take_down(interaction, reply)
        return
    if not in_place:
        if reply.recheck:
            plan_recheck_of_original(interaction, reply, reply.recheck)
        await send(interaction, _as_copy(interaction, reply))
        return
    if sharer := sharer_of(interaction):
        reply = credited(interaction, reply, sharer)
    else:
        reply = still_a_copy(interaction, reply)
    await edit(interaction, reply)


def credited(interaction: discord.Interaction, reply: Reply, user_id: int) -> Reply:
    """Return the reply with the name of the member who shared it."""
    return _headed(reply, words_of(interaction, private=False).shared_by(user_id))


def _as_copy(interaction: discord.Interaction, reply: Reply) -> Reply:
    """Return a private reply with the note that it is a copy of a public post."""
    return replace(_headed(reply, words_of(interaction).own_copy), private=True)


def still_a_copy(interaction: discord.Interaction, reply: Reply) -> Reply:
    """Return the reply with the note "copy" if the used message has it."""
    message = interaction.message
    if message is None or not message.content.startswith(words_of(interaction).own_copy):
        return reply
    return _as_copy(interaction, reply)


def _headed(reply: Reply, line: str) -> Reply:
    """Return a reply below a line; the line stays if newer data replaces the rest."""
    content = "\n".join(filter(None, [line, reply.content]))
    recheck = reply.recheck

    async def headed_again() -> Reply | None:
        newer = await recheck() if recheck else None
        # The message that a pack is gone names no author.
        return _headed(newer, line) if newer and newer.embeds else newer

    return replace(reply, content=content, recheck=headed_again if recheck else None)


async def defer(interaction: discord.Interaction) -> None:
    """Tell Discord that the answer to a control follows later."""
    await interaction.response.defer()
    record_of(interaction).mark_first_answer()


async def edit(interaction: discord.Interaction, reply: Reply) -> None:
    """Replace the used message with a reply."""
    if reply.hidden and not request_of(interaction).private:
        raise WouldLeak(reply.hidden)
    # Planned before: if Discord refuses the change, the message stays, with data just as old.
    _plan_recheck(interaction, reply, interaction.message)
    if interaction.response.is_done():
        await _edit_original(interaction, reply)
    else:
        await call_back(interaction, InteractionResponseType.message_update, reply.as_update)
    _mark_shown(interaction, reply)


async def _take_down(interaction: discord.Interaction, reply: Reply) -> None:
    """Replace the used message, which must not stay, with a reply."""
    if await take_down(Shown(interaction, interaction.message), reply):
        record_of(interaction).mark_shown()
    else:
        record_of(interaction).outcome = Outcome.FAILED


async def send(interaction: discord.Interaction, reply: Reply) -> None:
    """Send a reply as a new message, even if there was an answer before."""
    if reply.hidden and not reply.private:
        raise WouldLeak(reply.hidden)
    if not interaction.response.is_done():
        await call_back(interaction, InteractionResponseType.channel_message, reply.as_message)
        _plan_recheck(interaction, reply)
        _mark_shown(interaction, reply)
        return
    fitting = Placeholder.PRIVATE if reply.private else Placeholder.PUBLIC
    if placeholder_of(interaction) is fitting:
        await _edit_original(interaction, reply)
        fill(interaction)
        _plan_recheck(interaction, reply)
        _mark_shown(interaction, reply)
        return
    await _send_beside_placeholder(interaction, reply)


async def _send_beside_placeholder(interaction: discord.Interaction, reply: Reply) -> None:
    standing = placeholder_of(interaction) in {Placeholder.PRIVATE, Placeholder.PUBLIC}
    taking_its_place = standing and not await free(interaction)
    if taking_its_place and reply.private:
        # The message may be public, so it only says how to ask again.
        record_of(interaction).outcome = Outcome.FAILED
        reply = Reply(words_of(interaction).ask_privately)
    async with asyncio.timeout(_LONGEST_REQUEST):
        message = await interaction.followup.send(
            reply.content,
            embeds=reply.embeds,
            view=reply.view or discord.utils.MISSING,
            ephemeral=reply.private,
            wait=True,
        )
    if taking_its_place:
        fill(interaction)
    _plan_recheck(interaction, reply, message)
    _mark_shown(interaction, reply)
    await delete_freed(interaction)


async def _edit_original(interaction: discord.Interaction, reply: Reply) -> None:
    async with asyncio.timeout(_LONGEST_REQUEST):
        await interaction.edit_original_response(
            content=reply.content, embeds=reply.embeds, view=reply.view
        )


def _plan_recheck(
    interaction: discord.Interaction, reply: Reply, message: discord.Message | None = None
) -> None:
    if reply.recheck:
        plan_recheck(interaction, reply, reply.recheck, message)


def _mark_shown(interaction: discord.Interaction, reply: Reply) -> None:
    """Record that the member has the answer."""
    record_of(interaction).mark_shown()
    if reply.hidden:
        log.info("hidden packs shown", packs=reply.hidden, channel=interaction.channel_id)


async def _result_or_defer(work: Awaitable[Reply], defer: Callable[[], Awaitable[None]]) -> Reply:
    """Return the result of the work; defer if the work has to wait.

    Discord waits 3 seconds for the first answer (developer documentation, "Receiving and
    Responding"), Astria may take longer. Work that needs only memory never yields to the event
    loop, so it is not deferred.
    """
    deferrals: list[asyncio.Task[discord.HTTPException | None]] = []
    loop = asyncio.get_running_loop()
    waiting = loop.call_soon(lambda: deferrals.append(loop.create_task(_attempt(defer))))
    reply: Reply | None = None
    try:
        reply = await work
        return reply
    finally:
        waiting.cancel()
        for deferral in deferrals:
            refused = await deferral
            # Remove a message that must not stay, even if the answer fails.
            if refused and not (reply and reply.takes_down):
                raise refused


async def _attempt(
    defer: Callable[[], Awaitable[None]], *, again: bool = True
) -> discord.HTTPException | None:
    """Defer; try again if the proxy in front of Discord refuses. Return a second refusal.

    An error message would come after the work: too late, if the work takes long.
    """
    try:
        await defer()
    except discord.HTTPException as refused:
        if again and refused.status == HTTPStatus.TOO_MANY_REQUESTS:
            return await _attempt(defer, again=False)
        return refused
    return None
