"""Post what a member sees privately into the channel: once, and only where both may write."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass, replace
from enum import Enum, auto

import discord
from cachetools import TTLCache

from cogs import limits
from cogs.context import words_of
from cogs.controls import Button
from cogs.errors import Refusal
from cogs.replies import Reply, defer, edit
from cogs.text import cut
from cogs.words import Words

# A second click on its way while the first is answered means the same. In seconds.
_SAME_CLICK = 30.0

_recent = TTLCache[tuple[int, str], None](10_000, _SAME_CLICK)
"""Messages and share buttons that were pressed a moment ago."""


@dataclass(frozen=True, slots=True)
class Shareable:
    """A view to post, and the private one it is posted from, which says that it has been."""

    post: Reply
    kept: Reply


class Share(Enum):
    """What becomes of the share button of a view."""

    ABSENT = auto()
    OFFERED = auto()
    DONE = auto()


def offer_of(interaction: discord.Interaction) -> Share:
    """Return whether there is a channel to share in: one of a server."""
    return Share.ABSENT if interaction.guild_id is None else Share.OFFERED


def share_button(words: Words, custom_id: str, share: Share) -> Button:
    """Make the button that posts a private view."""
    label = words.shared if share is Share.DONE else words.share
    return Button(
        label=cut(label, limits.BUTTON_LABEL),
        custom_id=custom_id,
        disabled=share is Share.DONE,
        style=discord.ButtonStyle.primary,
        row=2,
    )


async def share(
    interaction: discord.Interaction, custom_id: str, work: Awaitable[Shareable]
) -> None:
    """Post a view publicly, credited to the one who shares it.

    Raises Refusal where the member or the bot may not write, and whatever the work raises.
    """
    await defer(interaction)
    pressed = (interaction.message.id if interaction.message else 0, custom_id)
    views = await work
    _refuse_where_nobody_may_write(interaction)
    if pressed in _recent:
        return
    _recent[pressed] = None
    words = words_of(interaction)
    try:
        await interaction.followup.send(
            _under(words.shared_by(interaction.user.id), views.post.content),
            embeds=views.post.embeds,
            view=views.post.view or discord.utils.MISSING,
        )
    except discord.HTTPException:
        del _recent[pressed]
        raise
    await edit(interaction, replace(views.kept, private=True))


def _under(heading: str, content: str) -> str:
    return f"{heading}\n{content}" if content else heading


def _refuse_where_nobody_may_write(interaction: discord.Interaction) -> None:
    words = words_of(interaction)
    if not _may_write(interaction, interaction.permissions):
        raise Refusal(words.share_not_yours)
    if not _may_write(interaction, interaction.app_permissions):
        raise Refusal(words.share_not_mine)


def _may_write(interaction: discord.Interaction, permissions: discord.Permissions) -> bool:
    if isinstance(interaction.channel, discord.Thread):
        return permissions.send_messages_in_threads
    return permissions.send_messages
