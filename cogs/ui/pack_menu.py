"""Menus of packs with their prices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

import discord

from api.wire.models import Pack
from cogs import limits
from cogs.language.text import cut
from cogs.language.words import Words
from cogs.ui.controls import Select
from cogs.ui.embeds import class_label, pack_title
from cogs.ui.start import Start


def pack_menu(
    words: Words,
    packs: Sequence[Pack],
    *,
    custom_id: str,
    placeholder: str,
    start: Start | None = None,
    row: int | None = None,
    most: int = 1,
    priced: bool = True,
) -> Select:
    """Return a menu to choose up to `most` packs from; Discord allows 25 options.

    The class that `start` names is the first of those with prices.
    """
    menu = Select(
        custom_id=custom_id,
        placeholder=cut(placeholder, limits.PLACEHOLDER),
        max_values=min(most, len(packs)),
        row=row,
    )
    titles = [cut(pack_title(words, pack), limits.OPTION_TEXT) for pack in packs]
    for pack, title in zip(packs, titles, strict=True):
        namesake = words.untitled(pack.id) if titles.count(title) > 1 else None
        prices = _prices(words, pack, start) if priced else None
        description = " · ".join(filter(None, [namesake, prices]))
        menu.add_option(
            value=str(pack.id),
            label=title,
            description=cut(description, limits.OPTION_TEXT) or None,
        )
    return menu


def _prices(words: Words, pack: Pack, start: Start | None) -> str:
    asked = start.class_of(pack.classes) if start and start.names_class else None
    classes = sorted(pack.classes, key=lambda one: one is not asked)
    labels = (class_label(words, one.name, classes) for one in classes)
    return words.class_prices(list(zip(labels, classes, strict=True)))


def chosen(interaction: discord.Interaction) -> list[str]:
    """Return all values chosen in a menu."""
    data = cast("Mapping[str, Sequence[str]]", interaction.data)
    return list(data.get("values", ()))
