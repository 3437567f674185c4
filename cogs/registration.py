"""Tell Discord which commands there are, only when it knows others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

import discord
import structlog
from discord.app_commands import Translator
from discord.ext import commands

from cogs.discord_internals import Json, registered_commands

log = structlog.stdlib.get_logger("cogs.registration")


async def register_commands(
    bot: commands.AutoShardedBot, translator: Translator, dev_guild_id: int | None
) -> None:
    """Register the bot's commands, everywhere or in one server, where that is needed.

    Discord answers with defaults filled in, so only what the bot sets is compared.
    """
    guild = discord.Object(dev_guild_id) if dev_guild_id else None
    if guild:
        bot.tree.copy_global_to(guild=guild)
    wanted = [
        cast(Json, await command.get_translated_payload(bot.tree, translator))
        for command in bot.tree.get_commands(guild=guild)
    ]
    if _same(wanted, await registered_commands(bot, dev_guild_id)):
        log.debug("commands are registered already", count=len(wanted))
        return
    await bot.tree.sync(guild=guild)
    log.info("commands registered", count=len(wanted), server=dev_guild_id or "all")


def _same(wanted: Sequence[Json], registered: Sequence[Json]) -> bool:
    known = {(one["name"], one.get("type", 1)): one for one in registered}
    return len(wanted) == len(registered) and all(
        _covers(known.get((one["name"], one.get("type", 1))), one) for one in wanted
    )


def _covers(known: object, wanted: object) -> bool:
    """Tell whether what is known says all that is wanted; nothing said is as good as empty."""
    if isinstance(wanted, Mapping):
        fields: Json = cast(Json, known) if isinstance(known, Mapping) else {}
        return all(_covers(fields.get(name), value) for name, value in cast(Json, wanted).items())
    if isinstance(wanted, list | tuple):
        items = cast("Sequence[object]", known or ())
        return len(items) == len(cast("Sequence[object]", wanted)) and all(
            map(_covers, items, cast("Sequence[object]", wanted))
        )
    return known == wanted or (not known and not wanted)
