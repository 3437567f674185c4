"""Discord's JSON of people and of the bot's application, and ids for all objects.

The shapes are those of Discord's API, version 10 (its OpenAPI description).
"""

from __future__ import annotations

import itertools
import time
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

APPLICATION_ID = 1_100_000_000_000_000_001
OWNER_ID = 1_100_000_000_000_000_002

# View, send, embed, attach, read history.
SEND_AND_LOOK = 1 << 10 | 1 << 11 | 1 << 14 | 1 << 15 | 1 << 16
MANAGE_MESSAGES = 1 << 13

LONG_AGO = "2024-01-02T03:04:05.000000+00:00"

_DISCORD_EPOCH = 1_420_070_400_000

_counter = itertools.count()


def snowflake() -> int:
    """Return a new id, which contains its time as Discord's ids do."""
    since = time.time_ns() // 1_000_000 - _DISCORD_EPOCH
    return (since << 22) | (next(_counter) & 0x3FFFFF)


@dataclass(frozen=True, slots=True)
class Member:
    """A user of the bot; `permissions` are those in the channel."""

    id: int = 1_100_000_000_000_001_000
    name: str = "member"
    permissions: int = SEND_AND_LOOK
    locale: str = "en-US"


ANYONE = Member()


def members(count: int) -> list[Member]:
    """Return `count` different members."""
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
        "joined_at": LONG_AGO,
        "flags": 0,
        "deaf": False,
        "communication_disabled_until": None,
        "banner": None,
        "avatar": None,
    }
