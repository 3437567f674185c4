"""How an answer reaches Discord: at once where it can, deferred where it must, never twice."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from http import HTTPStatus

import discord
from discord import InteractionResponseType

from cogs.discord_internals import call_back
from cogs.interactions.asker import sharer_of
from cogs.interactions.record import record_of
from cogs.interactions.services import services_of, words_of

_RECHECKS = "rechecks"
"""Where an interaction keeps what is to be checked after its answer was shown."""

_PLACEHOLDER = "placeholder"
"""Where an interaction keeps whether the "is thinking" that stands for its answer is private."""


@dataclass(frozen=True)
class Reply:
    """All that a message of the bot shows, and whether only the asker sees it."""

    content: str = ""
    embeds: list[discord.Embed] = field(default_factory=list[discord.Embed])
    view: discord.ui.View | None = None
    private: bool = False
    takes_down: bool = False
    """What the message showed is gone: this replaces it, whoever used its control."""
    recheck: Callable[[], Awaitable[Reply | None]] | None = None
    """For an answer from old data: wait for newer data, return what must replace the answer."""

    @cached_property
    def data(self) -> Mapping[str, object]:
        """What Discord is sent; what has been built once can be sent again and again."""
        return {
            "content": self.content,
            "embeds": [embed.to_dict() for embed in self.embeds],
            "components": self.view.to_components() if self.view else [],
            "allowed_mentions": discord.AllowedMentions.none().to_dict(),
        }


async def respond(
    interaction: discord.Interaction, work: Awaitable[Reply], *, private: bool
) -> None:
    """Answer with a new message, once the work is done; `private` is what is expected of it."""

    async def think() -> None:
        await interaction.response.defer(ephemeral=private, thinking=True)
        record_of(interaction).mark_first_answer()
        interaction.extras[_PLACEHOLDER] = private

    await send(interaction, await _result_or_defer(work, think))


async def turn(interaction: discord.Interaction, work: Awaitable[Reply], *, in_place: bool) -> None:
    """Answer a control once the work is done: in its own message, or with a private copy."""
    reply = await _result_or_defer(work, partial(defer, interaction))
    if not (in_place or reply.takes_down):
        await send(interaction, _as_copy(interaction, reply))
        return
    if not reply.takes_down:
        if sharer := sharer_of(interaction):
            reply = credited(interaction, reply, sharer)
        elif _is_copy(interaction):
            reply = _as_copy(interaction, reply)
    await edit(interaction, reply)


def credited(interaction: discord.Interaction, reply: Reply, user_id: int) -> Reply:
    """Return a reply that says who shared it."""
    return _headed(reply, words_of(interaction, private=False).shared_by(user_id))


def _as_copy(interaction: discord.Interaction, reply: Reply) -> Reply:
    """Return a private reply that says that it is a copy of a public post."""
    return replace(_headed(reply, words_of(interaction).own_copy), private=True)


def _is_copy(interaction: discord.Interaction) -> bool:
    """Tell whether the message whose control was used says that it is a copy."""
    message = interaction.message
    return message is not None and message.content.startswith(words_of(interaction).own_copy)


def _headed(reply: Reply, line: str) -> Reply:
    return replace(reply, content="\n".join(filter(None, [line, reply.content])))


async def defer(interaction: discord.Interaction) -> None:
    """Tell Discord that the answer to a control comes later."""
    await interaction.response.defer()
    record_of(interaction).mark_first_answer()


async def edit(interaction: discord.Interaction, reply: Reply) -> None:
    """Put a reply in the place of the message whose control was used."""
    if interaction.response.is_done():
        await interaction.edit_original_response(
            content=reply.content, embeds=reply.embeds, view=reply.view
        )
    else:
        await call_back(interaction, InteractionResponseType.message_update, reply.data)
    _mark_shown(interaction, reply)


async def send(interaction: discord.Interaction, reply: Reply) -> None:
    """Send a reply as a new message, whatever has been answered before."""
    message = await _sent(interaction, reply)
    _mark_shown(interaction, reply, message)


def _mark_shown(
    interaction: discord.Interaction, reply: Reply, message: discord.WebhookMessage | None = None
) -> None:
    """Note that the member has the answer, and what is to be checked again afterwards."""
    record_of(interaction).mark_shown()
    if reply.recheck:
        rechecks = interaction.extras.setdefault(_RECHECKS, [])
        rechecks.append(partial(_replace_if_needed, interaction, reply.recheck, message))


async def recheck(interaction: discord.Interaction) -> None:
    """Check again what was shown of old data; replace it if it must not stay."""
    rechecks: Sequence[Callable[[], Awaitable[None]]] = interaction.extras.get(_RECHECKS, ())
    if rechecks:
        with services_of(interaction).running.recheck():
            for check in rechecks:
                await check()


async def _replace_if_needed(
    interaction: discord.Interaction,
    check: Callable[[], Awaitable[Reply | None]],
    message: discord.WebhookMessage | None,
) -> None:
    instead = await check()
    if instead is None:
        return
    change = message.edit if message else interaction.edit_original_response
    await change(content=instead.content, embeds=instead.embeds, view=instead.view)


async def _sent(interaction: discord.Interaction, reply: Reply) -> discord.WebhookMessage | None:
    """Send a reply; return its message where that is not the interaction's first answer."""
    if not interaction.response.is_done():
        flags = discord.MessageFlags(ephemeral=reply.private).value
        data = {**reply.data, "flags": flags}
        await call_back(interaction, InteractionResponseType.channel_message, data)
        return None
    placeholder: bool | None = interaction.extras.pop(_PLACEHOLDER, None)
    if placeholder is reply.private:
        await interaction.edit_original_response(
            content=reply.content, embeds=reply.embeds, view=reply.view
        )
        return None
    if placeholder is not None:
        # What follows an "is thinking" takes its place, and is as private as that was. So it is
        # made a message of its own first, and goes when the reply has been sent.
        with suppress(discord.HTTPException):
            await interaction.edit_original_response(content="…")
    message = await interaction.followup.send(
        reply.content,
        embeds=reply.embeds,
        view=reply.view or discord.utils.MISSING,
        ephemeral=reply.private,
        wait=True,
    )
    if placeholder is not None:
        with suppress(discord.HTTPException):
            await interaction.delete_original_response()
    return message


async def _result_or_defer(work: Awaitable[Reply], defer: Callable[[], Awaitable[None]]) -> Reply:
    """Return the result of the work; defer if the work has to wait for anything.

    Discord waits 3 seconds for the first answer (developer documentation, "Receiving and
    Responding"), Astria may take longer. What is in memory never lets the event loop turn.
    """
    deferrals: list[asyncio.Task[discord.HTTPException | None]] = []
    loop = asyncio.get_running_loop()
    waiting = loop.call_soon(lambda: deferrals.append(loop.create_task(_attempt(defer))))
    try:
        return await work
    finally:
        waiting.cancel()
        for deferral in deferrals:
            if refused := await deferral:
                raise refused


async def _attempt(
    defer: Callable[[], Awaitable[None]], *, again: bool = True
) -> discord.HTTPException | None:
    """Defer, once more where the proxy before Discord refused; return what it was refused with.

    The words about a failure would come when the work is done: too late, if that takes long.
    """
    try:
        await defer()
    except discord.HTTPException as refused:
        if again and refused.status == HTTPStatus.TOO_MANY_REQUESTS:
            return await _attempt(defer, again=False)
        return refused
    return None
