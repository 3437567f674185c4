"""Controls that work forever: what they do stands in their `custom_id`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from zlib import crc32

import discord

from api.wire.models import PackClass
from cogs import limits
from cogs.discord_internals import UnkeptView
from cogs.interactions.errors import Refusal
from cogs.language.text import cut, plain
from cogs.language.words import Words

Button = discord.ui.Button[discord.ui.View]
Select = discord.ui.Select[discord.ui.View]

CLASS_KEY = "[0-9a-f]{8}"


def class_key(name: str) -> str:
    """Return a short name for a class, which may be of any length and in any script."""
    return f"{crc32(name.encode(errors='replace')):08x}"


def class_by_key(classes: Sequence[PackClass], key: str) -> PackClass | None:
    """Return the class that a short name stands for."""
    return next((one for one in classes if class_key(one.name) == key), None)


class Controls(UnkeptView):
    """The controls of a message; discord.py need not keep them, as each says what it does."""


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
