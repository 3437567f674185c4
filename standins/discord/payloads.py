"""Discord's JSON of interactions and of registered commands.

The shapes are those of Discord's API, version 10 (its OpenAPI description; for the gateway the
developer documentation, "Receiving and Responding").
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from standins.discord.guilds import DIRECT, channel
from standins.discord.people import (
    APPLICATION_ID,
    SEND_AND_LOOK,
    Json,
    Member,
    member_of_server,
    snowflake,
    user,
)

_STRING, _INTEGER, _BOOLEAN = 3, 4, 5


def registered_command(sent: Mapping[str, Any], command_id: str, guild_id: int | None) -> Json:
    """Return a command as Discord stores it.

    It gets an id, its permissions become a string, spaces are trimmed, empty or false values may be
    left out, and a command of one server has no fields about other places.
    """
    everywhere: Json = {"contexts": None, "integration_types": [0], "dm_permission": True}
    kept = {"type": 1, "description": "", **({} if guild_id else everywhere), **_trimmed(sent)}
    if guild_id is not None:
        kept = {name: value for name, value in kept.items() if name not in everywhere}
        kept["guild_id"] = str(guild_id)
    permissions = sent.get("default_member_permissions")
    return kept | {
        "default_member_permissions": None if permissions is None else str(permissions),
        "id": command_id,
        "application_id": str(APPLICATION_ID),
        "version": str(snowflake()),
    }


def _trimmed(sent: Mapping[str, Any]) -> Json:
    return {
        name: " ".join(value.split()) if isinstance(value, str)
        else [_trimmed(one) for one in value] if name in {"options", "choices"}
        else value
        for name, value in sent.items()
        if value or name in {"value", "min_value", "max_value", "min_length", "max_length"}
    }  # fmt: skip


def interaction(kind: int, data: Json, member: Member, guild_id: int) -> Json:
    """Return the event of a member's use of the bot, in a server or in a direct message.

    `kind` is Discord's: 2 command, 3 component, 4 autocomplete, 5 modal.
    """
    interaction_id = snowflake()
    secret = f"interaction:{interaction_id}:{secrets.token_hex(64)}"
    place = _direct(member) if guild_id == DIRECT else _in_server(member, guild_id)
    return {
        "version": 1,
        "type": kind,
        "token": base64.b64encode(secret.encode()).decode().rstrip("=").replace("/", "_"),
        "locale": member.locale,
        "id": str(interaction_id),
        "entitlements": [],
        "entitlement_sku_ids": [],
        "data": data,
        "attachment_size_limit": 10_485_760,
        "application_id": str(APPLICATION_ID),
        **place,
    }


def _in_server(member: Member, guild_id: int) -> Json:
    here = channel(guild_id)
    known = member_of_server(user(member.id, member.name))
    return {
        "member": known | {"permissions": str(member.permissions)},
        "guild_locale": "en-US",
        "guild_id": str(guild_id),
        "guild": {"locale": "en-US", "id": str(guild_id), "features": []},
        "context": 0,
        "channel_id": here["id"],
        "channel": here | {"permissions": str(member.permissions)},
        "authorizing_integration_owners": {"0": str(guild_id)},
        "app_permissions": str(SEND_AND_LOOK),
    }


def _direct(member: Member) -> Json:
    here = str(member.id + 1)
    asker = user(member.id, member.name)
    return {
        "user": asker,
        "context": 1,
        "channel_id": here,
        "channel": {
            "id": here, "type": 1, "flags": 0, "last_message_id": None, "recipients": [asker],
        },
        "authorizing_integration_owners": {"0": "0"},
        "app_permissions": str(SEND_AND_LOOK),
    }  # fmt: skip


def command_data(command: Mapping[str, Any], options: Sequence[Json]) -> Json:
    """Return the data of a used command with its options."""
    kept = {"id": command["id"], "name": command["name"], "type": command["type"]}
    data = kept | {"options": list(options)}
    return data | {"guild_id": command["guild_id"]} if "guild_id" in command else data


def option(name: str, value: str | int | bool, *, focused: bool = False) -> Json:
    """Return an option of a command; the member is typing the `focused` one."""
    kind = _BOOLEAN if isinstance(value, bool) else _INTEGER if isinstance(value, int) else _STRING
    given = {"value": value, "type": kind, "name": name}
    return given | {"focused": True} if focused else given
