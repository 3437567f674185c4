"""The form that filters a list by class, price, number of images and words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import ROUND_DOWN, Decimal

import discord

from api.catalogue.pack_list import PackList
from cogs import limits
from cogs.interactions.errors import Refusal
from cogs.interactions.request import audience_of, words_of
from cogs.interactions.services import catalogue_of
from cogs.language.text import cut, plain
from cogs.language.words import Words
from cogs.packs.page import class_labels, in_list
from cogs.packs.query import HIGHEST_PRICE, LONGEST_SEARCH, MOST_IMAGES, Query, normalised_search
from cogs.ui.controls import filter_key
from cogs.ui.forms import Field, Form, TextField, option

_CLASS, _CLASS_NAME, _PRICE, _IMAGES, _SEARCH = "class_key", "class", "price", "images", "search"
_ANY = "-"

_CENT = Decimal("0.01")

# A comma or a dot before one or two digits starts the cents; "1.000" could be a thousand.
_MONEY = re.compile(r"[^\d-]{0,5}(\d{1,4})(?:[.,](\d{1,2}))?[^\d-]{0,5}", re.ASCII)


async def ask_how_to_narrow(interaction: discord.Interaction, query: Query) -> None:
    """Open the form, filled in with the current filters."""
    words = words_of(interaction)
    packs = catalogue_of(interaction).suggestions(audience_of(interaction, private=True))
    if packs:
        query, _ = in_list(query, packs)
    form = Form(title=words.narrow_the_list, custom_id=query.custom_id("narrow"))
    form.add(words.class_input, _class_field(words, packs, query))
    if packs is None or packs.shows_prices:
        label = words.price_input(packs.currency if packs else "USD")
        form.add(label, _text(_PRICE, query.max_price, 12))
    form.add(words.images_input, _text(_IMAGES, query.min_images, 6))
    form.add(words.search_input, _text(_SEARCH, query.search, LONGEST_SEARCH))
    await form.open(interaction)


def narrowed(words: Words, query: Query, typed: Mapping[str, str]) -> Query:
    """Return the query that the form asks for, at its first page; raises Refusal."""
    key = typed.get(_CLASS, _ANY)
    name = plain(typed.get(_CLASS_NAME))
    return replace(
        query.in_class(filter_key(name) if name else key),
        max_price=_price(words, typed[_PRICE]) if _PRICE in typed else query.max_price,
        min_images=_number(words, typed.get(_IMAGES, "")),
        search=normalised_search(typed.get(_SEARCH, "")),
        page=0,
    )


def price_limit(amount: Decimal) -> Decimal:
    """Return an amount as a query has it: in whole cents, and not too high."""
    cents = min(amount, HIGHEST_PRICE).quantize(_CENT, ROUND_DOWN)
    return cents.quantize(Decimal(1)) if cents == cents.to_integral() else cents


def _price(words: Words, text: str) -> Decimal | None:
    if not text.strip():
        return None
    found = _MONEY.fullmatch(text.strip())
    if found is None:
        raise Refusal(words.bad_price(plain(text)))
    return price_limit(Decimal(f"{found[1]}.{found[2] or 0}"))


def _number(words: Words, text: str) -> int | None:
    typed = text.strip()
    if not typed:
        return None
    if not (typed.isascii() and typed.isdecimal()):
        raise Refusal(words.bad_number(plain(text)))
    return min(int(typed), MOST_IMAGES) or None


def _text(custom_id: str, value: object, longest: int) -> TextField:
    filled_in = str(value) if value else None
    return TextField(custom_id=custom_id, default=filled_in, max_length=longest, required=False)


def _class_field(words: Words, packs: PackList | None, query: Query) -> Field:
    """Return a menu of the classes, or a text box if there are too many for a menu."""
    labels = class_labels(words, packs) if packs else dict[str, str]()
    if not labels or len(labels) >= limits.MENU_OPTIONS:
        known = labels.get(query.class_key or "")
        return _text(_CLASS_NAME, known, limits.OPTION_TEXT)
    options = {_ANY: words.any_class, **labels}
    return discord.ui.Select[discord.ui.Modal](
        custom_id=_CLASS,
        required=False,
        options=[
            option(cut(label, limits.OPTION_TEXT), key, chosen=key == (query.class_key or _ANY))
            for key, label in options.items()
        ],
    )
