"""What autocomplete offers while a member types."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import discord
from discord.app_commands import Choice

from api.cache.memo import Memo
from api.catalogue.search import closest, split_words
from api.wire.models import Pack, PackClass
from cogs import limits
from cogs.interactions.request import audience_of, words_of
from cogs.interactions.services import catalogue_of, shop_words_of
from cogs.language.class_words import (
    LANGUAGES,
    canonical_class,
    likely_classes,
    words_of_class,
)
from cogs.language.questions import understand
from cogs.language.text import cut, length, plain
from cogs.language.words import Words
from cogs.ui.embeds import class_label, pack_title
from cogs.ui.finding import CHOICE_DIVIDER

_choices: Memo[list[Choice[str]]] = Memo(500)
"""What was offered lately for what was typed: people begin with the same letters."""


def pack_choices(interaction: discord.Interaction, typed: str) -> list[Choice[str]]:
    """Return the packs in memory that a text may mean."""
    words = words_of(interaction)
    catalogue, audience = catalogue_of(interaction), audience_of(interaction, private=True)
    packs = catalogue.suggestions(audience)
    if packs is None:
        return []

    shop_words = shop_words_of(interaction)

    def make() -> list[Choice[str]]:
        search = understand(typed, shop_words).search
        found = catalogue.priced_now(
            packs, packs.search_index.find(search, limits.CHOICES), audience
        )
        titles = Counter(pack_title(words, pack) for pack in found)
        return [Choice(name=_pack_name(words, pack, titles), value=str(pack.id)) for pack in found]

    return _choices.get((words, typed, catalogue.prices.now), packs, make)


def class_choices(
    interaction: discord.Interaction, typed: str, ref: str | None
) -> list[Choice[str]]:
    """Return the classes in memory that a text may mean: those of one pack, or of all.

    A name that is too long to be sent back is left out.
    """
    words, audience = words_of(interaction), audience_of(interaction, private=True)
    names = catalogue_of(interaction).class_names(audience, ref=ref)
    meant = _classes_meant(words, names, typed) if typed.strip() else names
    fitting = [name for name in meant if plain(name) and length(name) <= limits.OPTION_TEXT]
    return [
        Choice(name=cut(class_label(words, name), limits.OPTION_TEXT), value=name)
        for name in fitting[: limits.CHOICES]
    ]


def _classes_meant(words: Words, names: Sequence[str], typed: str) -> list[str]:
    """Return the classes that a text begins, in the reader's language first, or may mean."""
    beginning = " ".join(split_words(typed))
    begun = [
        name
        for language in dict.fromkeys([words.language, *LANGUAGES])
        for name in names
        if any(word.startswith(beginning) for word in words_of_class(name, language))
    ]
    meant = likely_classes(typed)
    likely = [name for name in names if canonical_class(name) in meant]
    return list(dict.fromkeys([*begun, *likely, *closest(typed, names, limits.CHOICES)]))


def _pack_name(words: Words, pack: Pack, titles: Mapping[str, int]) -> str:
    """Name a pack with what it costs; its number tells packs of the same title apart."""
    title = pack_title(words, pack)
    number = f"{CHOICE_DIVIDER}{pack.id}" if titles[title] > 1 else ""
    costs = ", ".join(_class_price(words, one) for one in pack.classes if plain(one.name))
    rest = number + (f"{CHOICE_DIVIDER}{costs}" if costs else "")
    room = max(limits.OPTION_TEXT - length(rest), limits.OPTION_TEXT // 2)
    return cut(cut(title, room) + rest, limits.OPTION_TEXT)


def _class_price(words: Words, one: PackClass) -> str:
    label = class_label(words, one.name)
    return f"{label} {words.price(one.price)}" if one.price else label
