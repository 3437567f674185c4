"""What a comparison looks like: from packs to embeds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import discord

from api.cache.memory import Cached
from api.wire.addresses import GALLERY
from api.wire.models import Pack, PackClass, Price, Visibility
from cogs import limits
from cogs.language.text import escaped, length
from cogs.language.words import Words
from cogs.ui.embeds import COLOUR, class_label, pack_link, pack_title

# This much fits a field, and three packs stay below Discord's total of 6000 characters.
_CLASSES_A_PACK = 8
_LONGEST_TITLE = 80
_LONGEST_CLASS = 30


def comparison_embeds(words: Words, sources: Sequence[Cached[Pack]]) -> list[discord.Embed]:
    """Return one embed with a column a pack; the covers follow as one grid of pictures."""
    packs = [source.value for source in sources]
    embed = discord.Embed(
        description="\n".join(_description(words, sources)), url=GALLERY, colour=COLOUR
    )
    columns = [_by_name(pack) for pack in packs]
    names = {key: one.name for column in reversed(columns) for key, one in column.items()}
    keys = list(dict.fromkeys(key for column in columns for key in column))
    cheapest = _cheapest(columns)
    for pack, column in zip(packs, columns, strict=True):
        classes = [
            "\n".join(_class(words, names[key], column.get(key), cheapest.get(key)))
            for key in keys[:_CLASSES_A_PACK]
        ]
        embed.add_field(
            name=escaped(pack_title(words, pack), _LONGEST_TITLE),
            value=_fitted(words, classes, len(keys)) or words.no_classes,
        )
    embed.set_footer(text=words.comparison_link([pack.id for pack in packs]))
    return [embed, *_covers(embed, packs)]


def _fitted(words: Words, classes: Sequence[str], total: int) -> str:
    """Return as many whole classes as a field takes; half a price would be a wrong one."""
    shown = len(classes)
    while True:
        rest = [words.more_classes(total - shown)] if shown < total else []
        text = "\n".join([*classes[:shown], *rest])
        if length(text) <= limits.EMBED_FIELD_VALUE:
            return text
        shown -= 1


def _description(words: Words, sources: Sequence[Cached[Pack]]) -> Iterator[str]:
    yield words.comparison_heading(len(sources))
    yield " · ".join(_link(words, source.value) for source in sources)
    if any(source.value.visibility is not Visibility.PUBLIC for source in sources):
        yield words.not_public
    if stale := [source for source in sources if source.stale]:
        oldest = min(source.as_of for source in stale)
        yield words.stale(oldest, failing=any(source.failing for source in stale))


def _link(words: Words, pack: Pack) -> str:
    return f"[{escaped(pack_title(words, pack), _LONGEST_TITLE)}]({pack_link(pack)})"


def _by_name(pack: Pack) -> dict[str, PackClass]:
    """Return a pack's classes; "Man" and "man" are the same unless one pack has both."""
    folded = [one.name.casefold() for one in pack.classes]
    return {
        one.name if folded.count(key) > 1 else key: one
        for key, one in zip(folded, pack.classes, strict=True)
    }


def _class(words: Words, name: str, one: PackClass | None, cheapest: Price | None) -> Iterator[str]:
    """Say what one class costs, in lines that are short enough for a column."""
    yield f"**{escaped(class_label(words, name), _LONGEST_CLASS)}**"
    if one is None:
        yield words.not_offered
        return
    yield f"{words.price(one.price)} · {words.images(one.num_images)}"
    if per_image := words.price_per_image(one.price_per_image):
        best = one.price_per_image == cheapest
        yield f"**{per_image}**\n✓ {words.cheapest}" if best else per_image


def _cheapest(columns: Sequence[Mapping[str, PackClass]]) -> dict[str, Price]:
    """Return the lowest price per image of each class that more than one pack prices."""
    prices: defaultdict[str, list[Price]] = defaultdict(list)
    for key, one in (item for column in columns for item in column.items()):
        if one.price_per_image is not None:
            prices[key].append(one.price_per_image)
    return {
        key: min(some, key=lambda price: price.amount)
        for key, some in prices.items()
        if len(some) > 1
    }


def _covers(first: discord.Embed, packs: Sequence[Pack]) -> list[discord.Embed]:
    covers = [pack.cover_url for pack in packs if pack.cover_url]
    if covers:
        first.set_image(url=covers[0])
    return [discord.Embed(url=GALLERY, colour=COLOUR).set_image(url=url) for url in covers[1:]]
