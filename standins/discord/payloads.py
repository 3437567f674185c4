"""The JSON that Discord sends: people, servers, commands, messages and interactions.

The shapes are those of Discord's API, version 10 (its OpenAPI description; for the gateway the
developer documentation, "Gateway Events" and "Receiving and Responding").
"""

from __future__ import annotations

import base64
import itertools
import secrets
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]

APPLICATION_ID = 1_100_000_000_000_000_001
OWNER_ID = 1_100_000_000_000_000_002

DIRECT = 0
"""Where a direct message is: in no server."""

EPHEMERAL = 1 << 6
LOADING = 1 << 7

# View, send, embed, attach, read history.
_SEND_AND_LOOK = 1 << 10 | 1 << 11 | 1 << 14 | 1 << 15 | 1 << 16
MANAGE_MESSAGES = 1 << 13

_DISCORD_EPOCH = 1_420_070_400_000
_LONG_AGO = "2024-01-02T03:04:05.000000+00:00"

_STRING, _INTEGER, _BOOLEAN = 3, 4, 5

_counter = itertools.count()


def snowflake() -> int:
    """Return a new id, which says when it was made as Discord's do."""
    since = time.time_ns() // 1_000_000 - _DISCORD_EPOCH
    return (since << 22) | (next(_counter) & 0x3FFFFF)


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who uses the bot; `permissions` are those in the channel."""

    id: int = 1_100_000_000_000_001_000
    name: str = "member"
    permissions: int = _SEND_AND_LOOK
    locale: str = "en-US"


ANYONE = Member()


def members(count: int) -> list[Member]:
    """Return so many different members."""
    return [Member(ANYONE.id + number, f"member-{number}") for number in range(1, count + 1)]


def user(user_id: int, name: str, *, bot: bool = False) -> Json:
    """Return a user as others see it."""
    return {
        "id": str(user_id),
        "username": name,
        "avatar": "2d6f1e7a9c0b4d3f8a5e6c7b8d9f0a1b",
        "discriminator": "0",
        "public_flags": 0,
        "flags": 0,
        "bot": bot,
        "banner": None,
        "accent_color": None,
        "global_name": name.title(),
        "avatar_decoration_data": None,
        "collectibles": None,
        "primary_guild": None,
    }


def bot_user() -> Json:
    """Return the bot itself (`GET /users/@me`)."""
    private = {"mfa_enabled": True, "locale": "en-US", "verified": True, "email": None}
    return user(APPLICATION_ID, "packs", bot=True) | private


def application(guilds: int, *, public: bool) -> Json:
    """Return the bot's application (`GET /applications/@me`)."""
    return {
        "id": str(APPLICATION_ID),
        "name": "packs",
        "icon": None,
        "description": "",
        "type": None,
        "bot": bot_user(),
        "summary": "",
        "bot_public": public,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "flags": 1 << 23,
        "flags_new": str(1 << 23),
        "hook": True,
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "owner": user(OWNER_ID, "owner"),
        "approximate_guild_count": guilds,
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "team": None,
        "eligible_oauth2_scopes": [],
        "integration_types_config": {"0": {}, "1": {}},
    }


def registered_command(sent: Mapping[str, Any], command_id: str, guild_id: int | None) -> Json:
    """Return a command as Discord keeps it.

    It gets an id, its permissions become text, spaces are trimmed, what is empty or false may be
    left out, and in one server there is nothing about other places where it works.
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


def ready(session_id: str, url: str, shard: Sequence[int], guild_ids: Iterable[int]) -> Json:
    """Return what a shard is told once it is in."""
    return {
        "v": 10,
        "user_settings": {},
        "user": bot_user(),
        "session_type": "normal",
        "session_id": session_id,
        "resume_gateway_url": url,
        "relationships": [],
        "private_channels": [],
        "presences": [],
        "guilds": [{"id": str(guild_id), "unavailable": True} for guild_id in guild_ids],
        "guild_join_requests": [],
        "geo_ordered_rtc_regions": ["frankfurt"],
        "auth": {},
        "application": {"id": str(APPLICATION_ID), "flags": 1 << 23},
        "shard": list(shard),
        "_trace": [],
    }


def guild(guild_id: int) -> Json:
    """Return a small server in full, as a bot gets it that asks for the GUILDS intent."""
    everyone = {
        "id": str(guild_id),
        "name": "@everyone",
        "permissions": str(_SEND_AND_LOOK),
        "position": 0,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": False,
        "mentionable": False,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
    }
    return _guild_defaults() | {
        "id": str(guild_id),
        "name": f"Server {guild_id}",
        "owner_id": str(OWNER_ID),
        "roles": [everyone],
        "channels": [channel(guild_id)],
    }


def _guild_defaults() -> Json:
    lists = (
        "emojis", "stickers", "features", "stage_instances", "guild_scheduled_events",
        "voice_states", "members", "threads", "presences", "soundboard_sounds",
    )  # fmt: skip
    nothing = (
        "icon", "splash", "discovery_splash", "description", "incidents_data", "afk_channel_id",
        "application_id", "system_channel_id", "rules_channel_id", "vanity_url_code", "banner",
        "public_updates_channel_id",
    )  # fmt: skip
    zeros = (
        "verification_level", "default_message_notifications", "explicit_content_filter",
        "mfa_level", "nsfw_level", "system_channel_flags", "premium_tier",
    )  # fmt: skip
    return {
        **{name: [] for name in lists},
        **dict.fromkeys(nothing),
        **dict.fromkeys(zeros, 0),
        "region": "deprecated",
        "afk_timeout": 300,
        "preferred_locale": "en-US",
        "joined_at": _LONG_AGO,
        "large": False,
        "unavailable": False,
        "member_count": 3,
    }


def channel(guild_id: int) -> Json:
    """Return the text channel of a server."""
    return {
        "id": str(guild_id + 1),
        "type": 0,
        "guild_id": str(guild_id),
        "name": "general",
        "topic": None,
        "position": 0,
        "parent_id": None,
        "nsfw": False,
        "rate_limit_per_user": 0,
        "last_message_id": None,
        "flags": 0,
        "permission_overwrites": [],
    }


def interaction(kind: int, data: Json, member: Member, guild_id: int) -> Json:
    """Return what a shard is told when a member uses the bot, in a server or in a direct message.

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


def member_of_server(member_user: Json) -> Json:
    """Return a user as a member of a server, without roles."""
    return {
        "user": member_user,
        "unusual_dm_activity_until": None,
        "roles": [],
        "premium_since": None,
        "pending": False,
        "nick": None,
        "mute": False,
        "joined_at": _LONG_AGO,
        "flags": 0,
        "deaf": False,
        "communication_disabled_until": None,
        "banner": None,
        "avatar": None,
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
        "app_permissions": str(_SEND_AND_LOOK),
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
        "app_permissions": str(_SEND_AND_LOOK),
    }  # fmt: skip


def command_data(command: Mapping[str, Any], options: Sequence[Json]) -> Json:
    """Return which command was used, and with what."""
    kept = {"id": command["id"], "name": command["name"], "type": command["type"]}
    data = kept | {"options": list(options)}
    return data | {"guild_id": command["guild_id"]} if "guild_id" in command else data


def option(name: str, value: str | int | bool, *, focused: bool = False) -> Json:
    """Return an option of a command; `focused` is the one that is being typed."""
    kind = _BOOLEAN if isinstance(value, bool) else _INTEGER if isinstance(value, int) else _STRING
    given = {"value": value, "type": kind, "name": name}
    return given | {"focused": True} if focused else given


def message(sent: Mapping[str, Any], asked: Json, *, flags: int = 0) -> Json:
    """Return the message that a reply to an interaction makes."""
    asker = asked.get("member", asked).get("user")
    return {
        "type": 20 if asked["type"] == 2 else 0,
        "tts": False,
        "timestamp": _now(),
        "pinned": False,
        "mentions": [],
        "mention_roles": [],
        "mention_everyone": False,
        "id": str(snowflake()),
        "interaction_metadata": _metadata(asked, asker),
        "flags": flags,
        "edited_timestamp": None,
        "content": "",
        "components": [],
        "channel_id": asked["channel_id"],
        "author": bot_user(),
        "attachments": [],
        "embeds": [],
        "application_id": str(APPLICATION_ID),
        "webhook_id": str(APPLICATION_ID),
        **_shown(sent),
    }


def post(sent: Mapping[str, Any], channel_id: str) -> Json:
    """Return the message that the bot posts in a channel by itself."""
    return {
        "type": 0,
        "tts": False,
        "timestamp": _now(),
        "pinned": False,
        "mentions": [],
        "mention_roles": [],
        "mention_everyone": False,
        "id": str(snowflake()),
        "flags": 0,
        "edited_timestamp": None,
        "content": "",
        "components": [],
        "channel_id": channel_id,
        "author": bot_user(),
        "attachments": [],
        "embeds": [],
        **_shown(sent),
    }


def edited(old: Json, sent: Mapping[str, Any]) -> Json:
    """Return a message after an edit: what the edit does not name stays."""
    return old | _shown(sent) | {"edited_timestamp": _now(), "flags": old["flags"] & ~LOADING}


def control(message: Json, action: str) -> Json:
    """Return the button or menu of a message that does something."""
    rows: Sequence[Json] = message["components"]
    controls: list[Json] = [one for row in rows for one in row["components"]]
    return next(one for one in controls if f":{action}:" in one.get("custom_id", ""))


def _metadata(asked: Json, asker: Json) -> Json:
    owners = asked["authorizing_integration_owners"]
    metadata = {
        "id": asked["id"],
        "type": asked["type"],
        "user": asker,
        "authorizing_integration_owners": owners,
    }
    if asked["type"] == 2:
        return metadata | {"name": asked["data"]["name"], "command_type": asked["data"]["type"]}
    if "message" in asked:
        return metadata | {"interacted_message_id": asked["message"]["id"]}
    return metadata


def _shown(sent: Mapping[str, Any]) -> Json:
    shown = {name: sent[name] for name in ("content", "embeds", "components") if name in sent}
    numbers = itertools.count(1)
    if shown.get("embeds"):
        shown["embeds"] = [_embed(one) for one in shown["embeds"]]
    if shown.get("components"):
        shown["components"] = [_component(one, numbers) for one in shown["components"]]
    return {name: value or ("" if name == "content" else []) for name, value in shown.items()}


def _embed(sent: Json) -> Json:
    pictures = {
        name: {"proxy_url": sent[name]["url"], "width": 0, "height": 0, "flags": 0, **sent[name]}
        for name in ("image", "thumbnail")
        if sent.get(name)
    }
    return sent | {"type": "rich"} | pictures


def _component(sent: Json, numbers: Iterator[int]) -> Json:
    kept = {"id": next(numbers), **sent}
    if "components" in sent:
        kept["components"] = [_component(one, numbers) for one in sent["components"]]
    return kept


def _now() -> str:
    return datetime.now(UTC).isoformat()
