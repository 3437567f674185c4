"""Load a page of the catalogue: its packs, and the list that they belong to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import discord

from api.catalogue.audience import Audience
from api.catalogue.filtering_and_order import Filters
from api.catalogue.pack_list import Listing, PackList
from api.catalogue.search import EVERYTHING
from api.wire.models import Pack, Source
from cogs import limits
from cogs.interactions.errors import Refusal
from cogs.interactions.request import words_of
from cogs.interactions.services import catalogue_of, services_of, shop_words_of
from cogs.language.questions import Question, understand
from cogs.language.text import cut, plain
from cogs.language.words import Words
from cogs.packs.query import Query
from cogs.ui.controls import Controls, Select, filter_key, names_by_filter_key, one_name
from cogs.ui.embeds import class_label
from cogs.ui.start import class_meant

PACKS_A_PAGE = 5


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list, with its packs in full."""

    query: Query
    packs: Sequence[Pack]
    total: int
    class_name: str | None
    """The class of the filter."""
    listing: Listing
    default_source: Source = Source.ALL
    """The default source of `/packs`."""
    sought: Sequence[str] = ()
    """Well-known classes that the search mentions, if no filter asks for a class."""
    sought_in_vain: bool = False
    """Whether no pack of the list has one of these classes."""
    unknown: int = 0
    """How many more packs may match, but have an unknown price or number of images."""
    prices_refused: bool = False
    """Whether the query asks for prices that these readers may not see."""
    loaded: Mapping[int, datetime] = field(default_factory=dict[int, datetime])
    """The load times of the packs' details, by id."""

    @property
    def pages(self) -> int:
        """The number of pages of the list."""
        return -(-self.total // PACKS_A_PAGE)


async def load_page(
    interaction: discord.Interaction,
    query: Query,
    audience: Audience,
    *,
    class_name: str | None = None,
) -> Page:
    """Return a page of the catalogue for an audience; the last one if it has fewer pages.

    `class_name` is the class as a person typed it. Raises Refusal if no pack has it, or
    AstriaError.
    """
    catalogue = catalogue_of(interaction)
    listing = await catalogue.listing(query.source, query.include, audience)
    packs = listing.packs
    if class_name:
        query = replace(query, class_key=_class_key(interaction, packs, query, class_name))
    priceless = query.without_prices()
    prices_refused = query != priceless and not packs.shows_prices
    if prices_refused:
        query = priceless
    query, names = in_list(query, packs)
    question = _question(interaction, query)
    sought = () if query.class_key else question.class_names
    filters = _filters(query, question, names, _names_of(sought, packs))
    selected = packs.select(filters)
    found = () if query.class_key and not names else selected.packs
    pages = -(-len(found) // PACKS_A_PAGE)
    query = query.at(max(0, min(query.page, pages - 1)))
    start = query.page * PACKS_A_PAGE
    shown = await catalogue.details(found[start : start + PACKS_A_PAGE], audience)
    return Page(
        query,
        shown,
        len(found),
        plain(names[0]) if names else None,
        listing,
        services_of(interaction).pack_source,
        sought,
        bool(sought) and not any(_offers(pack, sought) for pack in found),
        selected.unknown,
        prices_refused,
        {pack.id: moment for pack in shown if (moment := catalogue.loaded_at(pack.id))},
    )


def in_list(query: Query, packs: PackList) -> tuple[Query, Sequence[str]]:
    """Return a query with the current key of its class, and the names of this class in the list."""
    names = names_by_filter_key(packs.class_names, query.class_key) if query.class_key else []
    return (replace(query, class_key=filter_key(names[0])) if names else query), names


def _question(interaction: discord.Interaction, query: Query) -> Question:
    if not query.search:
        return Question(EVERYTHING)
    return understand(query.search, shop_words_of(interaction))


def _filters(
    query: Query, question: Question, class_names: Sequence[str], sought: Sequence[str]
) -> Filters:
    return Filters(
        question.search,
        tuple(class_names),
        tuple(sought),
        query.max_price,
        query.min_images,
        query.sort,
    )


def _offers(pack: Pack, classes: Sequence[str]) -> bool:
    return any(one_name(one.name) in classes for one in pack.classes)


def _names_of(classes: Sequence[str], packs: PackList) -> Sequence[str]:
    """Return the names that well-known classes have in a list."""
    return [name for name in packs.class_names if one_name(name) in classes] if classes else ()


def _class_key(interaction: discord.Interaction, packs: PackList, query: Query, typed: str) -> str:
    """Return the key of a class that a person typed; raises Refusal if no pack has it."""
    meant = class_meant(packs.class_names, typed)
    if meant is None:
        words = words_of(interaction)
        raise Refusal(words.no_such_class(plain(typed)), _class_menu(words, packs, query))
    return filter_key(meant)


def _class_menu(words: Words, packs: PackList, query: Query) -> discord.ui.View | None:
    labels = class_labels(words, packs)
    if not labels:
        return None
    menu = Select(custom_id=query.at(0).custom_id("class"), placeholder=words.choose_class)
    for key, label in list(labels.items())[: limits.MENU_OPTIONS]:
        menu.add_option(value=key, label=cut(label, limits.OPTION_TEXT))
    return Controls().add_item(menu)


def class_labels(words: Words, packs: PackList) -> Mapping[str, str]:
    """Return the labels of a list's classes by their keys, the commonest first.

    Several names of the same class have one label.
    """
    offered = Counter(
        key for pack in packs for key in {filter_key(one.name): None for one in pack.classes}
    )
    named = (name for name in packs.class_names if plain(name))
    labels = {filter_key(name): class_label(words, name) for name in named}
    return {key: labels[key] for key, _ in offered.most_common() if key in labels}
