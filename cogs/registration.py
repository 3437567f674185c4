"""Register the bot's commands at Discord, but only if they have changed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import cast

import discord
import structlog
from discord.app_commands import Translator
from discord.ext import commands

from cogs.discord_internals import Json, overwrite_commands, registered_commands

log = structlog.stdlib.get_logger("cogs.registration")

# The pause after a refusal; it doubles each time. In seconds.
_FIRST_PAUSE, _LONGEST_PAUSE = 2.0, 3600.0

# The fields of a command, an option or a choice (Discord's developer documentation,
# "Application Commands"). The bot does not set other fields, or they are redundant: `contexts`
# replaces `dm_permission`.
_FIELDS = frozenset(
    {
        "autocomplete", "channel_types", "choices", "contexts", "default_member_permissions",
        "description", "description_localizations", "integration_types", "max_length", "max_value",
        "min_length", "min_value", "name", "name_localizations", "nsfw", "options", "required",
        "type", "value",
    }
)  # fmt: skip

# Discord stores these only for commands of all servers.
_EVERYWHERE = frozenset({"contexts", "integration_types"})

# The fields to send back of a command that is not the bot's own.
_WRITABLE = (_FIELDS | {"id", "handler"}) - {"value"}

# Discord's error codes (developer documentation, "Opcodes and Status Codes").
_REASONS = {
    50001: "the bot is not in the server of DEV_GUILD_ID, or was invited without the scope "
    "applications.commands",
    30034: "Discord takes no more new commands of this bot today",
    50240: "Discord misses the application's Entry Point command",
}


async def wanted_commands(bot: commands.AutoShardedBot, translator: Translator) -> Sequence[Json]:
    """Return the bot's commands as JSON for Discord."""
    return [
        cast(Json, await command.get_translated_payload(bot.tree, translator))
        for command in bot.tree.get_commands()
    ]


async def register_commands(
    client: discord.Client, wanted: Sequence[Json], guild_id: int | None, ids: dict[str, int]
) -> None:
    """Register commands everywhere, or in one server; try again until Discord accepts them.

    Until then Discord's clients show the old commands. `ids` receives Discord's id of each slash
    command, by its English name.
    """
    reason, pause = "", _FIRST_PAUSE
    while True:
        try:
            registered = await _register(client, wanted, guild_id)
        except Exception as error:
            said, reason = reason, refusal(error)
            # Log the same reason only once.
            say = log.debug if reason == said else log.warning
            say("commands not registered; the earlier ones stay", cause=reason, server=guild_id)
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)
        else:
            slash = discord.AppCommandType.chat_input.value
            own = [command for command in registered if _kind(command) == slash]
            ids |= {str(one["name"]): int(str(one["id"])) for one in own if "id" in one}
            return


async def _register(
    client: discord.Client, wanted: Sequence[Json], guild_id: int | None
) -> Sequence[Json]:
    registered = await registered_commands(client, guild_id)
    if are_registered(wanted, registered, guild_id):
        log.debug("commands are registered already", count=len(wanted))
        return registered
    others = _of_others(wanted, registered)
    registered = await overwrite_commands(client, guild_id, [*wanted, *others])
    log.info("commands registered", count=len(wanted), server=guild_id or "all")
    return registered


def refusal(error: Exception) -> str:
    """Return the reason why Discord did not return or accept the commands."""
    code = error.code if isinstance(error, discord.HTTPException) else 0
    return _REASONS.get(code) or str(error) or repr(error)


def are_registered(
    wanted: Sequence[Json], registered: Sequence[Json], guild_id: int | None
) -> bool:
    """Tell whether the registered commands of the bot's kinds are the wanted ones."""
    kinds = _kinds(wanted)
    own = [command for command in registered if _kind(command) in kinds]
    return _by_name(own, guild_id) == _by_name(wanted, guild_id)


def _of_others(wanted: Sequence[Json], registered: Sequence[Json]) -> list[Json]:
    """Return registered commands of kinds that the bot does not make, ready to send back.

    One example is the Entry Point of an application with an Activity: Discord refuses to remove it.
    """
    kinds = _kinds(wanted)
    return [
        {name: _sendable(name, command[name]) for name in _WRITABLE & command.keys()}
        for command in registered
        if _kind(command) not in kinds
    ]


def _sendable(name: str, value: object) -> object:
    # Discord sends this number as a string.
    return int(value) if name == "default_member_permissions" and isinstance(value, str) else value


def _kinds(commands: Sequence[Json]) -> set[object]:
    return {_kind(command) for command in commands}


def _kind(command: Json) -> object:
    return command.get("type", discord.AppCommandType.chat_input.value)


def _by_name(commands: Sequence[Json], guild_id: int | None) -> Mapping[object, object]:
    left_out = _EVERYWHERE if guild_id else frozenset[str]()
    return {
        (_kind(command), command["name"]): _normal(
            {name: value for name, value in command.items() if name not in left_out}
        )
        for command in commands
    }


def _normal(value: object, *, fields: bool = True) -> object:
    """Return a value in a normal form, the same for all ways to write it; None if it is empty.

    Discord sends some numbers as strings, leaves out empty and false values, and trims spaces.
    """
    match value:
        case bool():
            return value or None
        case int() | float():
            return str(int(value)) if value == int(value) else str(value)
        case str():
            return " ".join(value.split()) or None
        case Mapping():
            return _normal_fields(cast(Json, value), all_of_them=not fields)
        case list() | tuple():
            items = [_normal(item) for item in cast("Sequence[object]", value)]
            # Order only matters for options and choices.
            texts = [item for item in items if isinstance(item, str)]
            return sorted(texts) if len(texts) == len(items) > 0 else items or None
        case _:
            return value


def _normal_fields(fields: Json, *, all_of_them: bool) -> object:
    normal = {
        name: _normal(value, fields=not name.endswith("_localizations"))
        for name, value in fields.items()
        if all_of_them or name in _FIELDS
    }
    return {name: value for name, value in normal.items() if value is not None} or None
