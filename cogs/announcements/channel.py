"""The channel for announcements: its shard, the bot's permissions there, and its language."""

from __future__ import annotations

from collections.abc import Iterator

import discord
from discord.ext import commands

from cogs.announcements.post import Post

_NEEDED = ("view_channel", "send_messages", "embed_links")
_NEEDED_IN_THREADS = ("view_channel", "send_messages_in_threads", "embed_links")


class CannotAnnounce(Exception):
    """The bot cannot post; the text says what an operator has to change."""


class Channel:
    """A channel of a server, known by its id."""

    def __init__(self, bot: commands.AutoShardedBot, channel_id: int) -> None:
        self._bot = bot
        self._id = channel_id
        self._guild_id: int | None = None

    async def is_ours(self) -> bool:
        """Tell whether this process has the shard of the channel's server."""
        if not self._bot.shard_count:
            return False
        shard = (await self._find_guild() >> 22) % self._bot.shard_count
        return shard in (self._bot.shard_ids or range(self._bot.shard_count))

    async def open(self) -> OpenChannel:
        """Fetch the channel. Raises CannotAnnounce if the bot may not write in it."""
        try:
            guild = await self._bot.fetch_guild(await self._find_guild(), with_counts=False)
            channel = await guild.fetch_channel(self._id)
            me = await guild.fetch_member(self._bot.user.id if self._bot.user else 0)
        except (discord.Forbidden, discord.NotFound) as error:
            raise _hidden(error) from error
        if not isinstance(channel, discord.TextChannel | discord.Thread):
            raise CannotAnnounce("ANNOUNCE_CHANNEL_ID is no text channel")
        missing = list(_missing(channel, me))
        if missing:
            raise CannotAnnounce(f"the bot needs {', '.join(missing)} in #{channel.name}")
        return OpenChannel(channel, guild)

    async def _find_guild(self) -> int:
        if self._guild_id is not None:
            return self._guild_id
        try:
            channel = await self._bot.fetch_channel(self._id)
        except (discord.Forbidden, discord.NotFound) as error:
            raise _hidden(error) from error
        if not isinstance(channel, discord.abc.GuildChannel | discord.Thread):
            raise CannotAnnounce("ANNOUNCE_CHANNEL_ID is no channel of a server")
        self._guild_id = channel.guild.id
        return self._guild_id


class OpenChannel:
    """A channel that the bot may write in."""

    def __init__(self, channel: discord.TextChannel | discord.Thread, guild: discord.Guild) -> None:
        self._channel = channel
        self._guild = guild

    @property
    def name(self) -> str:
        """The channel's name."""
        return self._channel.name

    @property
    def locale(self) -> str | None:
        """The server's language, if it has chosen one; only a Community can."""
        chosen = self._guild.preferred_locale
        told = chosen is not discord.Locale.american_english or "COMMUNITY" in self._guild.features
        return chosen.value if told else None

    async def send(self, post: Post, nonce: str) -> None:
        """Send a message; in an announcement channel, publish it to its followers.

        Of messages with the same `nonce`, Discord posts only one within a few minutes.
        """
        message = await self._channel.send(
            post.content,
            embeds=post.embeds,
            view=post.view or discord.utils.MISSING,
            nonce=nonce,
        )
        if isinstance(self._channel, discord.TextChannel) and self._channel.is_news():
            await message.publish()


def _missing(channel: discord.TextChannel | discord.Thread, me: discord.Member) -> Iterator[str]:
    """Yield the permissions that the bot lacks, by their names in Discord's settings."""
    permissions = channel.permissions_for(me)
    in_thread = isinstance(channel, discord.Thread)
    for name in _NEEDED_IN_THREADS if in_thread else _NEEDED:
        if not getattr(permissions, name):
            yield name.replace("_", " ").title().replace(" In ", " in ")


def _hidden(error: discord.HTTPException) -> CannotAnnounce:
    if isinstance(error, discord.NotFound):
        return CannotAnnounce("ANNOUNCE_CHANNEL_ID: there is no such channel")
    return CannotAnnounce(
        "ANNOUNCE_CHANNEL_ID: the bot is not in that server, or needs View Channel there"
    )
