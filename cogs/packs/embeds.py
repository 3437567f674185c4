"""What a page of the catalogue looks like: from packs to embeds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import discord

from api.cache.memo import Memo
from api.catalogue.pack_list import Listing
from api.wire.models import Pack, Source, Visibility
from cogs import limits
from cogs.language.text import cut, plain
from cogs.language.words import Words
from cogs.packs.query import Query
from cogs.ui.embeds import class_label, pack_embed

PACKS_A_PAGE = 5

# Five packs with this much each stay below Discord's total of 6000 characters.
_CLASSES_A_PACK = 8
_LONGEST_TITLE = 120
_LONGEST_SLUG = 80


_embeds: Memo[discord.Embed] = Memo(500)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list: its packs in full, and what it is a page of."""

    query: Query
    packs: Sequence[Pack]
    total: int
    class_name: str | None
    listing: Listing
    default_source: Source = Source.ALL
    """What `/packs` shows when not told."""

    @property
    def pages(self) -> int:
        """How many pages the list has."""
        return -(-self.total // PACKS_A_PAGE)


def heading(words: Words, page: Page) -> str:
    """Return the text above the packs: how many, which page, and what they were narrowed to."""
    query = page.query
    first = [words.catalogue_heading(page.total, query.page + 1, page.pages)]
    first += words.filters(query.search, page.class_name, query.source, query.sort)
    first += filter(None, [words.included(query.include)])
    lines = [" · ".join(first), *notes(words, page.listing), _link(words, page)]
    return cut("\n".join(lines), limits.CONTENT)


def _link(words: Words, page: Page) -> str:
    query = page.query
    return words.catalogue_link(
        query.search,
        page.class_name,
        query.source if query.source is not page.default_source else None,
        query.sort,
        query.include,
        query.page + 1,
    )


def notes(words: Words, listing: Listing) -> list[str]:
    """Return what is to be said about a list's age and gaps."""
    lines: list[str] = []
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
