"""What autocomplete offers while a member types."""

from __future__ import annotations

import discord
from discord.app_commands import Choice

from api.cache.memo import Memo
from api.wire.models import Pack
from cogs import limits
from cogs.interactions.asker import audience_of
from cogs.interactions.services import catalogue_of, words_of
from cogs.language.text import cut, length, plain
from cogs.language.words import Words
from cogs.ui.embeds import pack_title

_choices: Memo[list[Choice[str]]] = Memo(500)
"""What was offered lately for what was typed: people begin with the same letters."""


def pack_choices(interaction: discord.Interaction, typed: str) -> list[Choice[str]]:
    """Return the packs in memory that a text may mean."""
    words = words_of(interaction)
    packs = catalogue_of(interaction).suggestions(audience_of(interaction, private=True))
    if packs is None:
        return []

    def make() -> list[Choice[str]]:
        found = packs.search_index.find(typed, limits.CHOICES)
        return [Choice(name=_pack_name(words, pack), value=str(pack.id)) for pack in found]

    return _choices.get((words, typed), packs, make)


def class_choices(
    interaction: discord.Interaction, typed: str, ref: str | None
) -> list[Choice[str]]:
    """Return the classes in memory that a text may mean: those of one pack, or of all.

    A name that is too long to be sent back is left out.
    """
    names = catalogue_of(interaction).suggest_classes(
        typed, audience_of(interaction, private=True), ref=ref
    )
    fitting = [name for name in names if length(name) <= limits.OPTION_TEXT]
    return [
        Choice(name=cut(plain(name), limits.OPTION_TEXT), value=name)
        for name in fitting[: limits.CHOICES]
        if plain(name)
    ]


def _pack_name(words: Words, pack: Pack) -> str:
    classes = ", ".join(plain(one.name) for one in pack.classes)
    rest = f" · {pack.id}" + (f" · {classes}" if classes else "")
    title = cut(pack_title(words, pack), limits.OPTION_TEXT - min(len(rest), 40))
    return cut(title + rest, limits.OPTION_TEXT)
