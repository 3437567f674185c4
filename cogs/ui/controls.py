"""Controls that work forever: what they do stands in their `custom_id`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar
from zlib import crc32

import discord

from api.wire.models import PackClass
from cogs import limits
from cogs.interactions.errors import Refusal
from cogs.language.text import cut, plain
from cogs.language.words import Words

Button = discord.ui.Button[discord.ui.View]
Select = discord.ui.Select[discord.ui.View]

CLASS_KEY = "[0-9a-f]{8}"

OPEN_PACK = "packs-open"
"""The `custom_id` of the menu that opens a pack."""

OTHER = "other"
"""What an older version's control, or an unknown command, is called in the log and the metrics."""


def class_key(name: str) -> str:
    """Return a short name for a class, which may be of any length and in any script."""
    return f"{crc32(name.encode(errors='replace')):08x}"


def class_by_key(classes: Sequence[PackClass], key: str) -> PackClass | None:
    """Return the class that a short name stands for."""
    return next((one for one in classes if class_key(one.name) == key), None)


class Controls(discord.ui.View):
    """The controls of a message; discord.py need not keep them, as each says what it does.

    A view that has ended before it is sent is not kept, and can be sent again.
    """

    def __init__(self) -> None:
        super().__init__(timeout=None)
        self.stop()


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
    "wider": "wider search",
}


def control_name(custom_id: str) -> str:
    """Return what a control is called in the log and the metrics, from a closed set."""
    if custom_id == OPEN_PACK:
        return "open pack"
    feature, _, rest = custom_id.partition(":")
    action = _ACTIONS.get(rest.partition(":")[0])
    known = feature in Control.of_feature and action is not None
    return f"{feature} {action}" if known else OTHER


def control_of(custom_id: str) -> type[Control] | None:
    """Return the control that a `custom_id` belongs to; none where it is of an older version."""
    feature, _, _ = custom_id.partition(":")
    kind = Control.of_feature.get(feature)
    return kind if kind and kind.template.fullmatch(custom_id) else None


async def ask_page(interaction: discord.Interaction, words: Words, custom_id: str) -> None:
    """Open the box that asks for a page; its answer comes back to the control's `act`."""
    # The answer is dispatched by its custom_id, so that it counts after a restart too. What
    # discord.py keeps of the box is of no use, and a box that is dismissed is never reported.
    modal = discord.ui.Modal(
        title=cut(words.go_to_page, limits.MODAL_TITLE), custom_id=custom_id, timeout=1.0
    )
    modal.add_item(
        discord.ui.Label(
            text=cut(words.page_input, limits.INPUT_LABEL),
            component=discord.ui.TextInput[discord.ui.Modal](custom_id="page", max_length=10),
        )
    )
    await interaction.response.send_modal(modal)


def page_number(words: Words, text: str, total: int) -> int:
    """Return the page that a person typed, counted from 0; raises Refusal where it is none."""
    typed = text.strip()
    if not typed.isdecimal() or len(typed) > len(str(total)) + 1 or not 1 <= int(typed) <= total:
        raise Refusal(words.bad_page(plain(text), total))
    return int(typed) - 1


def page_buttons(
    words: Words, targets: Mapping[str, tuple[str, bool]], label: str
) -> Iterator[Button]:
    """Make the row of buttons that turns pages, from each one's `custom_id` and whether it can."""
    labels = {
        "first": words.first,
        "previous": words.previous,
        "jump": label,
        "next": words.next,
        "last": words.last,
    }
    for action, (custom_id, enabled) in targets.items():
        yield Button(
            label=cut(labels[action], limits.BUTTON_LABEL),
            custom_id=custom_id,
            disabled=not enabled,
            style=discord.ButtonStyle.secondary,
            row=0,
        )
