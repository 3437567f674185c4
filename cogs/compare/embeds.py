"""What a comparison looks like: from packs to embeds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

import discord

from api.cache import Cached
from api.models import Pack, PackClass, Visibility
from api.urls import GALLERY
from cogs import limits
from cogs.embeds import COLOUR, class_label, pack_link, pack_title
from cogs.text import cut, escaped, picture_url
from cogs.words import Words

# Three packs with this many classes each stay below Discord's total of 6000 characters.
_CLASSES_A_PACK = 10
_LONGEST_TITLE = 80
_LONGEST_CLASS = 40


def comparison_embeds(words: Words, sources: Sequence[Cached[Pack]]) -> list[discord.Embed]:
    """Return one embed with a column a pack; the covers follow as one grid of pictures."""
    packs = [source.value for source in sources]
    embed = discord.Embed(
        description="\n".join(_description(words, sources)), url=GALLERY, colour=COLOUR
    )
    cheapest = _cheapest(packs)
    for pack in packs:
        title = escaped(pack_title(words, pack), _LONGEST_TITLE)
        embed.add_field(name=title, value=_column(words, pack, packs, cheapest))
    embed.set_footer(text=words.comparison_link([pack.id for pack in packs]))
    return [embed, *_covers(embed, packs)]


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


def _column(
    words: Words, pack: Pack, packs: Sequence[Pack], cheapest: dict[str, Decimal | None]
) -> str:
    offered = {one.name: one for one in pack.classes}
    names = list(dict.fromkeys(one.name for other in packs for one in other.classes))
    lines = [
        _class(words, name, offered.get(name), cheapest.get(name))
        for name in names[:_CLASSES_A_PACK]
    ]
    if len(names) > _CLASSES_A_PACK:
        lines.append(words.more_classes(len(names) - _CLASSES_A_PACK))
    return cut("\n".join(lines) or words.no_classes, limits.EMBED_FIELD_VALUE)


def _class(words: Words, name: str, one: PackClass | None, cheapest: Decimal | None) -> str:
    label = f"**{escaped(class_label(words, name), _LONGEST_CLASS)}**"
    if one is None:
        return f"{label}: {words.not_offered}"
    parts = [words.price(one.cost), words.images(one.num_images)]
    if per_image := words.price_per_image(one.cost_per_image):
        best = one.cost_per_image == cheapest
        parts.append(f"**{per_image} ✓ {words.cheapest}**" if best else per_image)
    return f"{label}: {' · '.join(parts)}"


def _cheapest(packs: Sequence[Pack]) -> dict[str, Decimal | None]:
    """Return the lowest price per image of each class that more than one pack prices."""
    prices: dict[str, list[Decimal]] = {}
    for one in (one for pack in packs for one in pack.classes):
        if one.cost_per_image is not None:
            prices.setdefault(one.name, []).append(one.cost_per_image)
    return {name: min(some) for name, some in prices.items() if len(some) > 1}


def _covers(first: discord.Embed, packs: Sequence[Pack]) -> list[discord.Embed]:
    covers = [url for pack in packs if (url := picture_url(pack.cover_url))]
    if covers:
        first.set_image(url=covers[0])
    return [discord.Embed(url=GALLERY, colour=COLOUR).set_image(url=url) for url in covers[1:]]
