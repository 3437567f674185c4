"""Post a private view in the channel: once, and only if both member and bot may write there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from enum import Enum, auto

import discord

from cogs import limits
from cogs.interactions.errors import Refusal
from cogs.interactions.reply import Reply
from cogs.interactions.request import words_of
from cogs.interactions.responding import credited, defer, edit, send, still_a_copy
from cogs.interactions.services import services_of
from cogs.language.text import cut
from cogs.language.words import Words
from cogs.ui.controls import Button


@dataclass(frozen=True, slots=True)
class Shareable:
    """A view to post, and the new state of the private view, which says that it was shared."""

    post: Reply
    kept: Reply


class Sharing(Enum):
    """The state of a view's share button."""

    ABSENT = auto()
    OFFERED = auto()
    DONE = auto()


def sharing_here(interaction: discord.Interaction) -> Sharing:
    """Return whether the member can share here: in a channel of a server."""
    return Sharing.ABSENT if interaction.guild_id is None else Sharing.OFFERED


def share_button(words: Words, custom_id: str, sharing: Sharing, *, row: int) -> Button:
    """Make the button that posts a private view."""
    label = words.shared if sharing is Sharing.DONE else words.share
    return Button(
        label=cut(label, limits.BUTTON_LABEL),
        custom_id=custom_id,
        disabled=sharing is Sharing.DONE,
        style=discord.ButtonStyle.primary,
        row=row,
    )


async def share_in_channel(
    interaction: discord.Interaction, custom_id: str, work: Callable[[], Awaitable[Shareable]]
) -> None:
    """Post a view publicly, with the name of the member who shares it.

    Raises Refusal if the member or the bot may not write, and the errors of the work.
    """
    await defer(interaction)
    views = await work()
    _refuse_if_not_allowed(interaction)
    clicks = services_of(interaction).clicks
    if clicks.is_first(interaction, custom_id):
        try:
            await send(interaction, credited(interaction, views.post, interaction.user.id))
        except BaseException:
            clicks.forget(interaction, custom_id)
            raise
    await edit(interaction, still_a_copy(interaction, replace(views.kept, private=True)))


def _refuse_if_not_allowed(interaction: discord.Interaction) -> None:
    words = words_of(interaction)
    member, bot = interaction.permissions, interaction.app_permissions
    if not _may_write(interaction, member):
        raise Refusal(words.share_not_yours)
    if interaction.is_guild_integration():
        if not (_may_write(interaction, bot) and bot.view_channel and bot.embed_links):
            raise Refusal(words.share_not_mine)
    elif not member.use_external_apps:
        # Discord would show the post only to the member who shares it.
        raise Refusal(words.share_not_here)


def _may_write(interaction: discord.Interaction, permissions: discord.Permissions) -> bool:
    channel = interaction.channel
    if not isinstance(channel, discord.Thread):
        return permissions.send_messages
    return permissions.send_messages_in_threads and (
        permissions.manage_threads or not channel.locked
    )
