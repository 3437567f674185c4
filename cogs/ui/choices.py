"""Choices for autocomplete."""

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
from cogs.language.copied import read_options
from cogs.language.questions import understand
from cogs.language.text import cut, length, plain
from cogs.language.words import Words
from cogs.ui.embeds import class_label, class_label_among, pack_title
from cogs.ui.pack_lookup import CHOICE_DIVIDER
from cogs.ui.start import class_named

_packs: Memo[bytes] = Memo(500)
"""Recent choices by typed text, as people begin with the same letters."""


async def suggest_packs(interaction: discord.Interaction, typed: str) -> list[Choice[str]]:
    """Answer with the packs in memory that match a text; return no choices to discord.py."""
    request = request_of(interaction)
    catalogue, audience = request.services.catalogue, request.audience
    packs = catalogue.suggestions(audience)
    if packs is None:
        return []

    def make() -> bytes:
        question = understand(typed, shop_words_of(interaction))
        found = packs.search_index.find(question.search, limits.CHOICES)
        priced = catalogue.priced_now(packs, found, audience)
        return _as_json(_pack_choices(request.words, priced, question.class_names))

    body = _packs.get((request.words, typed, catalogue.prices.now), packs, make)
    await call_back(interaction, InteractionResponseType.autocomplete_result, body)
    return []


def class_choices(
    interaction: discord.Interaction, typed: str, ref: str | None
) -> list[Choice[str]]:
    """Return the classes in memory that match a text: those of one pack, or of all.

    A name that is too long for Discord to send back is left out.
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


def _pack_choices(
    words: Words, packs: Sequence[Pack], class_names: Sequence[str]
) -> list[Choice[str]]:
    """Return choices of packs; each is opened at the typed class if it has several classes."""
    titles = Counter(pack_title(words, pack) for pack in packs)
    choices: list[Choice[str]] = []
    for pack in packs:
        called = (class_named(pack.classes, name) for name in class_names)
        typed = next(filter(None, called), None)
        name = _pack_name(words, pack, titles, first=typed)
        choices.append(Choice(name=name, value=_value(pack, typed)))
    return choices


def _value(pack: Pack, one: PackClass | None) -> str:
    """Return a reference to a pack; with a class, in the form of a copied command."""
    if one is None or len(pack.classes) == 1:
        return str(pack.id)
    command = f"/pack id:{pack.id} class:{one.name}"
    fits = length(command) <= limits.OPTION_TEXT
    return command if fits and read_options(command).get("class") == one.name else str(pack.id)


def _classes_meant(words: Words, names: Sequence[str], typed: str) -> list[str]:
    """Return the classes that begin with or resemble a text, in the reader's language first."""
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


def _pack_name(
    words: Words, pack: Pack, titles: Mapping[str, int], *, first: PackClass | None = None
) -> str:
    """Name a pack with its prices; the id distinguishes packs with the same title."""
    title = pack_title(words, pack)
    number = f"{CHOICE_DIVIDER}{pack.id}" if titles[title] > 1 else ""
    classes = sorted(pack.classes, key=lambda one: one is not first)
    costs = ", ".join(_class_price(words, pack, one) for one in classes if plain(one.name))
    rest = number + (f"{CHOICE_DIVIDER}{costs}" if costs else "")
    room = max(limits.OPTION_TEXT - length(rest), limits.OPTION_TEXT // 2)
    return cut(cut(title, room) + rest, limits.OPTION_TEXT)


def _class_price(words: Words, pack: Pack, one: PackClass) -> str:
    label = class_label(words, one.name, pack.classes)
    return f"{label} {words.price(one.price)}" if one.price else label
