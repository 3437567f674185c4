"""A kind of control, found by its `custom_id`, and its name in the log and the metrics."""

from __future__ import annotations

import re
from typing import ClassVar

import discord

OPEN_PACK = "packs-open"
"""The `custom_id` of the menu that opens a pack."""

OTHER = "other"
"""What an older version's control, or an unknown command, is called in the log and the metrics."""


class Control:
    """What buttons, menus and boxes of one kind do; `template` is what their `custom_id`s are like.

    Each begins with the name of its feature. discord.py's own dynamic items do the same, but build
    a view of all that a message carries at each click, which takes a fifth of the time to the
    answer (see docs/performance.md).
    """

    template: ClassVar[re.Pattern[str]]
    of_feature: ClassVar[dict[str, type[Control]]] = {}

    def __init_subclass__(cls, *, feature: str) -> None:
        super().__init_subclass__()
        cls.of_feature[feature] = cls

    @classmethod
    async def act(cls, interaction: discord.Interaction, custom_id: str, value: str | None) -> None:
        """Do what the control is for: `value` is the option chosen, or the page typed."""
        raise NotImplementedError


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
    "wider": "wider search",
    "narrow": "narrow search",
    "sort": "order menu",
}


def control_name(custom_id: str) -> str:
    """Return what a control is called in the log and the metrics, from a closed set."""
    feature, _, rest = custom_id.partition(":")
    if feature == OPEN_PACK:
        return "open pack"
    action = _ACTIONS.get(rest.partition(":")[0])
    known = feature in Control.of_feature and action is not None
    return f"{feature} {action}" if known else OTHER


def control_of(custom_id: str) -> type[Control] | None:
    """Return the control that a `custom_id` belongs to; none where it is of an older version."""
    feature, _, _ = custom_id.partition(":")
    kind = Control.of_feature.get(feature)
    return kind if kind and kind.template.fullmatch(custom_id) else None
