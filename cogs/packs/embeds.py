"""The look of a page of the catalogue: from packs to text and embeds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

import discord

from api.cache.memo import Memo
from api.catalogue.filtering_and_order import rank
from api.wire.addresses import pack_address
from api.wire.models import Pack, PackClass, Price, Sort
from cogs import limits
from cogs.language.list_words import Narrowing
from cogs.language.text import cut, escaped, fitting, length, plain
from cogs.language.words import Words
from cogs.packs.page import Page
from cogs.ui.controls import filter_key, one_name
from cogs.ui.embeds import (
    COLOUR,
    Illustration,
    badge,
    class_label,
    cover_of,
    illustrate,
    pack_links,
    pack_title,
    picture_of,
)

# Five packs with this many classes each stay below Discord's total of 6000 characters.
_CLASSES_A_PACK = 6
_LONGEST_TITLE = 120
_LONGEST_SLUG = 80

# A longer link would take the room of others in the text.
_LONGEST_LINK = 100


_embeds: Memo[discord.Embed] = Memo(500)


def list_text(words: Words, page: Page, *, private: bool) -> str:
    """Return the plain text above the embeds: a heading, the packs, and the command of the list.

    A public message shows typed text only in this command.
    """
    head = [_heading(words, page, search=page.query.search if private else ""), *notes(words, page)]
    if any(badge(words, pack) for pack in page.packs):
        head.append(words.hidden_rule)
    command = words.leads_back(_command(words, page))
    room = limits.CONTENT - length("\n".join([*head, command])) - 1
    return "\n".join([*head, *fitting(_headlines(words, page), room), command])


def _heading(words: Words, page: Page, *, search: str) -> str:
    """Return the heading: the number of packs, the filters, the order, and the page."""
    query, to = page.query, narrowing(words, page)
    parts = [
        words.number_of_packs(page.total, to.class_name),
        words.matching(search) if search else "",
        *words.filters(replace(to, class_name=None)),
        words.order(to.sort) if to.sort else "",
        words.page_of(query.page + 1, page.pages) if page.pages > 1 else "",
    ]
    return cut(" · ".join(filter(None, parts)), limits.CONTENT // 2)


def narrowing(words: Words, page: Page) -> Narrowing:
    """Return the filters of a page, for the words about them."""
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


def _headlines(words: Words, page: Page) -> Iterator[str]:
    links = pack_links(page.packs)
    for pack in page.packs:
        asked = _class_asked_for(page, pack)
        if asked is None:
            prices = words.price_range(pack.classes)
        else:
            prices = words.class_prices([(_plain_label(words, pack, asked), asked)])
        link = links[pack.id]
        short = link if len(link) <= _LONGEST_LINK else pack_address(pack.id)
        yield words.headline(pack_title(words, pack), prices, short)


def _plain_label(words: Words, pack: Pack, one: PackClass) -> str:
    return escaped(class_label(words, one.name, pack.classes), _LONGEST_SLUG)


def _command(words: Words, page: Page) -> str:
    query = page.query
    source = query.source if query.source is not page.default_source else None
    return words.catalogue_link(narrowing(words, page), source, query.page + 1)


def notes(words: Words, page: Page) -> list[str]:
    """Return notes about a list's age and gaps."""
    listing, lines = page.listing, list[str]()
    if page.sought_in_vain and page.packs:
        lines.append(words.none_for([class_label(words, one) for one in page.sought]))
    if page.prices_refused:
        lines.append(words.prices_not_shown)
    if page.unknown:
        lines.append(words.left_out(page.unknown))
    if listing.stale and listing.as_of:
        lines.append(words.stale(listing.as_of, failing=listing.failing))
    if listing.failures:
        lines.append(words.part_missing)
    return lines


def _class_asked_for(page: Page, pack: Pack) -> PackClass | None:
    """Return the class of a pack that the filter or the search asks for."""
    key = page.query.class_key
    asked = [
        one
        for one in pack.classes
        if (filter_key(one.name) == key if key else one_name(one.name) in page.sought)
    ]
    # Of several, take the one that fits the filters and decides the order.
    return _cheapest(page, asked) or next(iter(asked), None)


def _class_that_decides(page: Page, pack: Pack) -> PackClass | None:
    """Return the class of a pack whose price decides its place in the list."""
    by_price = page.query.class_key is None and page.query.sort in {Sort.PRICE, Sort.PER_IMAGE}
    return _cheapest(page, pack.classes) if by_price else None


def _cheapest(page: Page, classes: Sequence[PackClass]) -> PackClass | None:
    currency, each = page.listing.packs.currency, page.query.sort is Sort.PER_IMAGE
    prices = [(one.price_per_image if each else one.price, one) for one in classes]
    known = [(rank(price, currency), one) for price, one in prices if price]
    return min(known, key=lambda item: item[0])[1] if known else None


def catalogue_embeds(words: Words, page: Page) -> list[discord.Embed]:
    """Return one embed per pack."""
    links = pack_links(page.packs)
    return [_embed_of(words, page, pack, links[pack.id]) for pack in page.packs]


def _embed_of(words: Words, page: Page, pack: Pack, link: str) -> discord.Embed:
    asked = _class_asked_for(page, pack)
    lead = asked or _class_that_decides(page, pack)
    as_of = page.loaded.get(pack.id, page.listing.as_of)
    # Computed from the age, so it varies by fractions of a second.
    as_of = as_of and as_of.replace(microsecond=0)
    # Show the price per image if it was asked for, or decides the order.
    by_class = asked is not None
    each = by_class or page.query.sort is Sort.PER_IMAGE

    def make() -> discord.Embed:
        return _pack_embed(words, pack, link, lead, as_of, by_class=by_class, each=each)

    key = (words, pack.id, link, lead.name if lead else None, by_class, each, as_of)
    return _embeds.get(key, pack, make)


def _pack_embed(
    words: Words,
    pack: Pack,
    link: str,
    lead: PackClass | None,
    as_of: datetime | None,
    *,
    by_class: bool,
    each: bool,
) -> discord.Embed:
    classes = sorted(pack.classes, key=lambda one: one is not lead)
    lines = [
        words.class_line(
            class_label(words, one.name, classes),
            one,
            current=one is lead,
            each=one is lead and each,
        )
        for one in classes[:_CLASSES_A_PACK]
    ]
    if rest := len(classes) - len(lines):
        lines.append(words.more_classes(rest))
    if not lines:
        lines.append(words.no_classes)
    if mark := badge(words, pack):
        lines.append(f"**{mark}**")
    embed = discord.Embed(
        title=escaped(pack_title(words, pack), _LONGEST_TITLE),
        url=link,
        colour=COLOUR,
        description="\n".join(lines),
        timestamp=as_of,
    )
    embed.set_footer(text=words.small_print(pack.id, cut(plain(pack.slug), _LONGEST_SLUG)))
    return illustrate(embed, thumbnail=_face(words, pack, lead if by_class else None))


def _face(words: Words, pack: Pack, lead: PackClass | None) -> Illustration | None:
    """Return a pack's illustration: a picture of the class asked for, the cover, or any picture."""
    of_class = picture_of(words, pack, lead) if lead else None
    others = (picture_of(words, pack, one) for one in pack.classes)
    return of_class or cover_of(words, pack) or next(filter(None, others), None)
