"""Discord's JSON of servers and channels, and the READY event of a shard.

The shapes are those of Discord's gateway, version 10 (developer documentation, "Gateway Events").
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from standins.discord.people import (
    APPLICATION_ID,
    LONG_AGO,
    OWNER_ID,
    SEND_AND_LOOK,
    Json,
    bot_user,
)

DIRECT = 0
"""The server of a direct message: none."""


def ready(session_id: str, url: str, shard: Sequence[int], guild_ids: Iterable[int]) -> Json:
    """Return the data of a shard's READY event."""
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
    """Return a small server in full, as a bot with the GUILDS intent receives it."""
    everyone = {
        "id": str(guild_id),
        "name": "@everyone",
        "permissions": str(SEND_AND_LOOK),
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
        "joined_at": LONG_AGO,
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
