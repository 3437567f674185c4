"""Forms: boxes with several fields; the control that opened one receives its answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

import discord

from cogs import limits
from cogs.language.text import cut

TextField = discord.ui.TextInput[discord.ui.Modal]
Field = TextField | discord.ui.Select[discord.ui.Modal]


class Form:
    """A form to open; its answer is dispatched by its `custom_id`, even after a restart."""

    def __init__(self, title: str, custom_id: str) -> None:
        # discord.py need not keep the form, and Discord does not report a dismissed one.
        title = cut(title, limits.MODAL_TITLE)
        self._modal = discord.ui.Modal(title=title, custom_id=custom_id, timeout=1.0)

    def add(self, label: str, field: Field) -> None:
        """Add a field below the others."""
        text = cut(label, limits.INPUT_LABEL)
        self._modal.add_item(discord.ui.Label(text=text, component=field))

    async def open(self, interaction: discord.Interaction) -> None:
        """Show the form, as the answer to a click."""
        await interaction.response.send_modal(self._modal)


def option(label: str, value: str, *, chosen: bool) -> discord.SelectOption:
    """Return an option of a menu field."""
    return discord.SelectOption(label=label, value=value, default=chosen)


def is_filled_in(interaction: discord.Interaction) -> bool:
    """Tell whether the interaction is a filled-in form."""
    return interaction.type is discord.InteractionType.modal_submit


def answers_of(interaction: discord.Interaction) -> Mapping[str, str]:
    """Return the answers in a form, by each field's `custom_id`."""
    data = cast("Mapping[str, Sequence[Mapping[str, Mapping[str, object]]]]", interaction.data)
    fields = [row["component"] for row in data["components"]]
    return {str(field["custom_id"]): _answer(field) for field in fields}


def _answer(field: Mapping[str, object]) -> str:
    chosen = cast("Sequence[str]", field.get("values", ()))
    return chosen[0] if chosen else str(field.get("value") or "")
