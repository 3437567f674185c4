"""The content of an answer, before sending."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import discord
import msgspec
from discord import InteractionResponseType


@dataclass(frozen=True)
class Reply:
    """The content of a message of the bot, and whether only the asker sees it."""

    content: str = ""
    embeds: list[discord.Embed] = field(default_factory=list[discord.Embed])
    view: discord.ui.View | None = None
    private: bool = False
    hidden: tuple[int, ...] = ()
    """Its packs that the channel may not see; with any, it is never sent publicly."""
    takes_down: bool = False
    """The pack or page of the message is gone: replace it, no matter who used its control."""
    recheck: Callable[[], Awaitable[Reply | None]] | None = None
    """For an answer from stale data: wait for newer data, return a replacement if needed."""

    @cached_property
    def as_message(self) -> bytes:
        """The request body for a new message, as JSON; built once."""
        flags = discord.MessageFlags(ephemeral=self.private).value
        return self._body(InteractionResponseType.channel_message, {"flags": flags})

    @cached_property
    def as_update(self) -> bytes:
        """The request body to change the clicked message, as JSON; built once."""
        return self._body(InteractionResponseType.message_update, {})

    def _body(self, kind: InteractionResponseType, more: Mapping[str, object]) -> bytes:
        data = {
            "content": self.content,
            "embeds": [embed.to_dict() for embed in self.embeds],
            "components": self.view.to_components() if self.view else [],
            "allowed_mentions": discord.AllowedMentions.none().to_dict(),
        }
        return msgspec.json.encode({"type": kind.value, "data": {**data, **more}})
