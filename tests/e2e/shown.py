"""Read a message as a member does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

import simcord

Json = Mapping[str, object]


def message_of(result: simcord.InteractionResult) -> simcord.ResponseMessage:
    """Return the message that answers an interaction: a new or a changed one."""
    assert len(result.followups) <= 1
    message = result.followups[0] if result.followups else result.response
    assert message is not None
    return message


def text_of(message: simcord.ResponseMessage) -> str:
    """Return all the words of a message."""
    return "\n".join([message.content, *(str(embed.to_dict()) for embed in message.embeds)])


def controls_of(message: simcord.ResponseMessage) -> Iterator[Json]:
    for row in cast("list[Mapping[str, list[Json]]]", message.components):
        yield from row["components"]


def labels_of(message: simcord.ResponseMessage) -> list[str]:
    """Return the labels of the enabled buttons."""
    return [
        str(one["label"]) for one in controls_of(message)
        if one["type"] == 2 and not one.get("disabled")
    ]  # fmt: skip


def options_of(message: simcord.ResponseMessage) -> dict[str, str]:
    """Return the options of the message's menu: labels and values."""
    for one in controls_of(message):
        if one["type"] == 3:
            options = cast("list[Mapping[str, str]]", one["options"])
            return {option["label"]: option["value"] for option in options}
    return {}


def menu_of(message: simcord.ResponseMessage, action: str) -> str:
    """Return the `custom_id` of the menu for an action, such as opening a pack."""
    ids = (str(one.get("custom_id")) for one in controls_of(message) if one["type"] == 3)
    return next(custom_id for custom_id in ids if custom_id.split(":")[1:2] == [action])


def jump_of(message: simcord.ResponseMessage) -> str:
    """Return the label of the button that asks for a picture or page."""
    return next(str(one["label"]) for one in controls_of(message) if " / " in str(one.get("label")))


def page_of(message: simcord.ResponseMessage) -> str:
    """Return the number of the picture or page, and the total, in that button's label."""
    return jump_of(message).partition("… ")[2]


def picture_of(message: simcord.ResponseMessage) -> str | None:
    return message.embeds[0].image.url
