"""What autocomplete offers while a member types."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import discord
import msgspec
from discord import InteractionResponseType
from discord.app_commands import Choice

from api.cache.memo import Memo
from api.catalogue.search import closest, split_words
from api.wire.models import Pack, PackClass
from cogs import limits
from cogs.discord_internals import call_back
from cogs.interactions.request import audience_of, request_of, words_of
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
from cogs.ui.embeds import class_label, class_label_among, pack_title
from cogs.ui.finding import CHOICE_DIVIDER

_packs: Memo[bytes] = Memo(500)
"""What was offered lately for what was typed: people begin with the same letters."""


async def suggest_packs(interaction: discord.Interaction, typed: str) -> list[Choice[str]]:
    """Offer the packs in memory that a text may mean; leave discord.py nothing to offer."""
    request = request_of(interaction)
    catalogue, audience = request.services.catalogue, request.audience
    packs = catalogue.suggestions(audience)
    if packs is None:
        return []

    def make() -> bytes:
        search = understand(typed, shop_words_of(interaction)).search
        found = packs.search_index.find(search, limits.CHOICES)
        return _as_json(_pack_choices(request.words, catalogue.priced_now(packs, found, audience)))

    body = _packs.get((request.words, typed, catalogue.prices.now), packs, make)
    await call_back(interaction, InteractionResponseType.autocomplete_result, body)
    return []


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
        Choice(name=cut(class_label_among(words, name, names), limits.OPTION_TEXT), value=name)
        for name in fitting[: limits.CHOICES]
    ]


def _as_json(choices: Sequence[Choice[str]]) -> bytes:
    kind = InteractionResponseType.autocomplete_result
    data = {"choices": [choice.to_dict() for choice in choices]}
    return msgspec.json.encode({"type": kind.value, "data": data})


def _pack_choices(words: Words, packs: Sequence[Pack]) -> list[Choice[str]]:
    titles = Counter(pack_title(words, pack) for pack in packs)
    return [Choice(name=_pack_name(words, pack, titles), value=str(pack.id)) for pack in packs]


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
    costs = ", ".join(_class_price(words, pack, one) for one in pack.classes if plain(one.name))
    rest = number + (f"{CHOICE_DIVIDER}{costs}" if costs else "")
    room = max(limits.OPTION_TEXT - length(rest), limits.OPTION_TEXT // 2)
    return cut(cut(title, room) + rest, limits.OPTION_TEXT)


def _class_price(words: Words, pack: Pack, one: PackClass) -> str:
    label = class_label(words, one.name, pack.classes)
    return f"{label} {words.price(one.price)}" if one.price else label
