"""What a page of the catalogue looks like: from packs to embeds."""

from __future__ import annotations

from functools import partial

import discord

from api.cache.memo import Memo
from api.wire.models import Pack, Price, Visibility
from cogs import limits
from cogs.language.list_words import Narrowing
from cogs.language.text import cut, plain
from cogs.language.words import Words
from cogs.packs.page import Page
from cogs.ui.embeds import class_label, pack_embed

# Five packs with this much each stay below Discord's total of 6000 characters.
_CLASSES_A_PACK = 8
_LONGEST_TITLE = 120
_LONGEST_SLUG = 80


_embeds: Memo[discord.Embed] = Memo(500)


def heading(words: Words, page: Page) -> str:
    """Return the text above the packs: how many, which page, and what they were narrowed to."""
    query, to = page.query, narrowing(words, page)
    first = [words.catalogue_heading(page.total, query.page + 1, page.pages)]
    if to.search:
        first.append(words.matching(to.search))
    first += words.filters(to)
    if to.sort is not None:
        first.append(words.order(to.sort))
    lines = [" · ".join(first), *notes(words, page), _link(words, page)]
    return cut("\n".join(lines), limits.CONTENT)


def narrowing(words: Words, page: Page) -> Narrowing:
    """Return what a page was narrowed to, as it is said."""
    query = page.query
    price, name = query.max_price, page.class_name
    return Narrowing(
        query.search,
        class_label(words, name) if name is not None else None,
        query.source,
        query.sort,
        query.include,
        Price(price, page.listing.packs.currency) if price is not None else None,
        query.min_images,
    )


def _link(words: Words, page: Page) -> str:
    query = page.query
    source = query.source if query.source is not page.default_source else None
    return words.catalogue_link(narrowing(words, page), source, query.page + 1)


def notes(words: Words, page: Page) -> list[str]:
    """Return what is to be said about a list's age and gaps."""
    listing, lines = page.listing, list[str]()
    if page.prices_refused:
        lines.append(words.prices_not_shown)
    if page.unknown:
        lines.append(words.left_out(page.unknown))
    if listing.stale and listing.as_of:
        lines.append(words.stale(listing.as_of, failing=listing.failing))
    if listing.failures:
        lines.append(words.part_missing)
    return lines


def catalogue_embeds(words: Words, page: Page) -> list[discord.Embed]:
    """Return one embed a pack."""
    return [
        _embeds.get((words, pack.id), pack, partial(_pack_embed, words, pack))
        for pack in page.packs
    ]


def _pack_embed(words: Words, pack: Pack) -> discord.Embed:
    embed = pack_embed(words, pack, longest_title=_LONGEST_TITLE)
    lines = [
        words.class_line(class_label(words, one.name), one.price, one.num_images)
        for one in pack.classes[:_CLASSES_A_PACK]
    ]
    if len(pack.classes) > _CLASSES_A_PACK:
        lines.append(words.more_classes(len(pack.classes) - _CLASSES_A_PACK))
    if not lines:
        lines.append(words.no_classes)
    if pack.visibility not in {Visibility.PUBLIC, Visibility.UNSAID}:
        lines.append(words.not_public)
    embed.description = "\n".join(lines)
    return embed.set_footer(text=words.pack_footer(pack.id, cut(plain(pack.slug), _LONGEST_SLUG)))
