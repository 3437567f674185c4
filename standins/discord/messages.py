"""Discord's JSON of messages: the bot's replies and posts.

The shapes are those of Discord's API, version 10 (its OpenAPI description).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from standins.discord.people import APPLICATION_ID, Json, bot_user, snowflake

EPHEMERAL = 1 << 6
LOADING = 1 << 7


def message(sent: Mapping[str, Any], asked: Json, *, flags: int = 0) -> Json:
    """Return the message of a reply to an interaction."""
    asker = asked.get("member", asked).get("user")
    return post(sent, asked["channel_id"]) | {
        "type": 20 if asked["type"] == 2 else 0,
        "interaction_metadata": _metadata(asked, asker),
        "flags": flags,
        "application_id": str(APPLICATION_ID),
        "webhook_id": str(APPLICATION_ID),
    }


def post(sent: Mapping[str, Any], channel_id: str) -> Json:
    """Return a message that the bot posts in a channel without an interaction."""
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
    """Return a message after an edit; fields that the edit does not name stay."""
    return old | _shown(sent) | {"edited_timestamp": _now(), "flags": old["flags"] & ~LOADING}


def control(message: Json, action: str) -> Json:
    """Return the button or menu of a message for an action."""
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
