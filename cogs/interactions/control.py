"""Kinds of controls, found by `custom_id`, and their names in the log and the metrics."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import ClassVar

import discord

OPEN_PACK = "packs-open"
"""The `custom_id` of the menu that opens a pack."""

BACK = "packs:back:"
"""The prefix of the `custom_id` of the button that leads back to a list."""

OTHER = "other"
"""The name of an old control or an unknown command in the log and the metrics."""


class Control:
    """One kind of buttons, menus and boxes; `template` is the pattern of their `custom_id`s.

    Each `custom_id` begins with the feature's name. discord.py's dynamic items are similar, but
    build a view of the whole message at each click, which takes a fifth of the time to the answer
    (see docs/performance.md).
    """

    template: ClassVar[re.Pattern[str]]
    of_feature: ClassVar[dict[str, type[Control]]] = {}

    def __init_subclass__(cls, *, feature: str) -> None:
        super().__init_subclass__()
        cls.of_feature[feature] = cls

    @classmethod
    async def act(cls, interaction: discord.Interaction, custom_id: str, value: str | None) -> None:
        """Act on a use of the control: `value` is the option chosen, or the page typed."""
        raise NotImplementedError


def compare_with(pack_id: int, class_key: str) -> str:
    """Return the `custom_id` of the button that asks for a pack to compare with."""
    return f"compare:choose:{pack_id}:{class_key}"


def compare_packs(pack_ids: Sequence[str]) -> str:
    """Return the `custom_id` of a control that compares two or three packs."""
    return ":".join(["compare", "show", *pack_ids])


def back_of(interaction: discord.Interaction) -> str | None:
    """Return the `custom_id` of the back button in the used message; None if it has none."""
    rows = interaction.message.components if interaction.message else ()
    buttons = (one for row in rows if isinstance(row, discord.ActionRow) for one in row.children)
    ids = (str(one.custom_id) for one in buttons if isinstance(one, discord.Button))
    return next((one for one in ids if one.startswith(BACK)), None)


_ACTIONS = {
    "first": "page turn",
    "previous": "page turn",
    "next": "page turn",
    "last": "page turn",
    "jump": "page jump",
    "class": "class menu",
    "size": "size",
    "share": "share",
    "remove": "removal",
    "text": "text for a customer",
    "choose": "choice of packs",
    "with": "comparison",
    "open": "open pack",
    "sort": "order menu",
    "back": "way back",
    "wider": "wider search",
    "narrow": "narrow search",
}


def control_name(custom_id: str) -> str:
    """Return a control's name in the log and the metrics, from a closed set."""
    feature, _, rest = custom_id.partition(":")
    if feature == OPEN_PACK:
        return "open pack"
    action = _ACTIONS.get(rest.partition(":")[0])
    known = feature in Control.of_feature and action is not None
    return f"{feature} {action}" if known else OTHER


def control_of(custom_id: str) -> type[Control] | None:
    """Return the control that a `custom_id` belongs to; None if it is of an older version."""
    feature, _, _ = custom_id.partition(":")
    kind = Control.of_feature.get(feature)
    return kind if kind and kind.template.fullmatch(custom_id) else None
