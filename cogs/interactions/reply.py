"""All that an answer consists of, before it is sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import discord
import msgspec
from discord import InteractionResponseType


@dataclass(frozen=True)
class Reply:
    """All that a message of the bot shows, and whether only the asker sees it."""

    content: str = ""
    embeds: list[discord.Embed] = field(default_factory=list[discord.Embed])
    view: discord.ui.View | None = None
    private: bool = False
    hidden: tuple[int, ...] = ()
    """The packs in it that the channel may not see; it is never sent publicly then."""
    takes_down: bool = False
    """The pack or page of the message is gone: this replaces it, whoever used its control."""
    recheck: Callable[[], Awaitable[Reply | None]] | None = None
    """For an answer from old data: wait for newer data, return what must replace the answer."""

    @cached_property
    def as_message(self) -> bytes:
        """What Discord is sent for a new message, as JSON; built once."""
        flags = discord.MessageFlags(ephemeral=self.private).value
        return self._body(InteractionResponseType.channel_message, {"flags": flags})

    @cached_property
    def as_update(self) -> bytes:
        """What Discord is sent to change the message that was clicked in, as JSON; built once."""
        return self._body(InteractionResponseType.message_update, {})

    def _body(self, kind: InteractionResponseType, more: Mapping[str, object]) -> bytes:
        data = {
            "content": self.content,
            "embeds": [embed.to_dict() for embed in self.embeds],
            "components": self.view.to_components() if self.view else [],
            "allowed_mentions": discord.AllowedMentions.none().to_dict(),
        }
        return msgspec.json.encode({"type": kind.value, "data": {**data, **more}})
