"""The look of a comparison: from packs to text and embeds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import discord

from api.cache.cached import Cached
from api.wire.addresses import GALLERY
from api.wire.models import Pack, PackClass
from cogs import limits
from cogs.language.text import cut, escaped, fitting
from cogs.language.words import Words
from cogs.ui.embeds import (
    COLOUR,
    badge,
    class_label,
    cover_of,
    illustrate,
    pack_links,
    pack_title,
)

# With titles of this length, three packs stay below Discord's total of 6000 characters.
_LONGEST_TITLE = 60
_LONGEST_CLASS = 60
_ROOM_FOR_CLASSES = 2800

_LEAST_TO_COMPARE = 2


@dataclass(frozen=True, slots=True)
class _Offer:
    """One pack's offer for a class."""

    pack: Pack
    pack_class: PackClass


def comparison_text(words: Words, packs: Sequence[Pack], notes: Sequence[str] = ()) -> str:
    """Return the plain text above the embeds: for copying, and for readers without embeds."""
    links = pack_links(packs)
    lines = [
        words.headline(pack_title(words, pack), words.price_range(pack.classes), links[pack.id])
        for pack in packs
    ]
    command = words.comparison_link([pack.id for pack in packs])
    shown = fitting([*notes, *lines], limits.CONTENT - 200)
    return "\n".join([*shown, words.leads_back(command)])


def comparison_embeds(words: Words, sources: Sequence[Cached[Pack]]) -> list[discord.Embed]:
    """Return one embed with a block per class; the covers follow as one grid of pictures."""
    packs = [source.value for source in sources]
    embed = discord.Embed(
        description="\n".join(_description(words, sources)),
        url=GALLERY,
        colour=COLOUR,
        timestamp=min(source.as_of for source in sources),
    )
    embed.set_footer(text=words.as_of)
    covers = [cover for pack in packs if (cover := cover_of(words, pack))]
    first = illustrate(embed, image=covers[0] if covers else None)
    rest = [illustrate(discord.Embed(url=GALLERY, colour=COLOUR), image=one) for one in covers[1:]]
    return [first, *rest]


def _description(words: Words, sources: Sequence[Cached[Pack]]) -> Iterator[str]:
    packs = [source.value for source in sources]
    yield words.comparison_heading(len(packs))
    badges = {pack: mark for pack in packs if (mark := badge(words, pack))}
    for pack, mark in badges.items():
        yield f"{escaped(pack_title(words, pack), _LONGEST_TITLE)} · **{mark}**"
    if badges:
        yield words.hidden_rule
    if stale := [source for source in sources if source.stale]:
        oldest = min(source.as_of for source in stale)
        yield words.stale(oldest, failing=any(source.failing for source in stale))
    yield from _blocks(words, packs)


def _blocks(words: Words, packs: Sequence[Pack]) -> Iterator[str]:
    """Yield a block for each class, starting with those that most packs offer."""
    offers = _offers(packs)
    by_number = sorted(offers.values(), key=len, reverse=True)
    blocks = ["\n".join(_block(words, offered)) for offered in by_number]
    shown = fitting(blocks, _ROOM_FOR_CLASSES)
    yield from shown
    if rest := len(blocks) - len(shown):
        yield f"\n{words.more_classes(rest)}"
    if not blocks:
        yield words.no_classes


def _offers(packs: Sequence[Pack]) -> Mapping[str, list[_Offer]]:
    """Return the packs' offers by class; packs without a class are left out of it."""
    offers: dict[str, list[_Offer]] = {}
    for pack in packs:
        for key, one in _by_name(pack).items():
            offers.setdefault(key, []).append(_Offer(pack, one))
    return offers


def _by_name(pack: Pack) -> dict[str, PackClass]:
    """Return a pack's classes by name; "Man" and "man" are the same unless a pack has both."""
    folded = [one.name.casefold() for one in pack.classes]
    return {
        one.name if folded.count(key) > 1 else key: one
        for key, one in zip(folded, pack.classes, strict=True)
    }


def _block(words: Words, offered: Sequence[_Offer]) -> Iterator[str]:
    """Return the packs' prices for a class, and mark the lowest price per image."""
    first = offered[0]
    label = class_label(words, first.pack_class.name, first.pack.classes)
    name = escaped(label, _LONGEST_CLASS)
    yield f"\n**{name}**"
    lowest = _lowest([one.pack_class for one in offered])
    for one in offered:
        line = words.class_line(cut(pack_title(words, one.pack), _LONGEST_TITLE), one.pack_class)
        each = one.pack_class.price_per_image
        is_lowest = each is not None and each.amount == lowest
        # A phone may break a line: each begins with a dot, and the tick stays with its words.
        tick = f" · ✓\N{NO-BREAK SPACE}{_how_low(words, offered)}" if is_lowest else ""
        yield f"• {line}{tick}"


def _lowest(classes: Sequence[PackClass]) -> Decimal | None:
    """Return the lowest price per image, if all are in one currency."""
    prices = [each for one in classes if (each := one.price_per_image)]
    if len(prices) < _LEAST_TO_COMPARE or len({each.currency for each in prices}) > 1:
        return None
    return min(each.amount for each in prices)


def _how_low(words: Words, offered: Sequence[_Offer]) -> str:
    prices = [one.pack_class.price_per_image for one in offered]
    if any(each is not None and each.approximate for each in prices):
        return words.lowest_about
    return words.lowest_known if None in prices else words.lowest
