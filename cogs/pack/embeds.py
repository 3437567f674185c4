"""What a reply to `/pack` looks like: from a carousel to embeds."""

from __future__ import annotations

from collections.abc import Sequence

import discord

from api.cache.memory import Cached
from api.wire.models import Pack, PackClass, Visibility
from cogs import limits
from cogs.language.text import cut, escaped, plain
from cogs.language.words import Words
from cogs.pack.carousel import Carousel
from cogs.ui.embeds import class_label, pack_embed

CLASSES_AT_ONCE = 23
"""Classes shown together: with one more field, or two more options, they fit Discord's 25."""

# 23 fields and the rest stay below Discord's total of 6000 characters.
_LONGEST_CLASS_NAME = 80


def pack_embeds(words: Words, carousel: Carousel, source: Cached[Pack]) -> list[discord.Embed]:
    """Return the embeds of a pack; those of several pictures share one address, as one grid."""
    pack = carousel.pack
    embed = pack_embed(words, pack)
    embed.description = cut(_description(words, carousel, source), limits.EMBED_DESCRIPTION)
    for one in classes_at_once(carousel):
        embed.add_field(
            name=escaped(class_label(words, one.name), _LONGEST_CLASS_NAME),
            value=_class_field(words, one),
        )
    hidden = len(pack.classes) - len(embed.fields)
    if hidden:
        embed.add_field(name=words.more_classes(hidden), value=words.in_the_menu)
    embed.set_footer(text=cut(_footer(words, carousel), limits.EMBED_FOOTER))
    return [embed, *_pictures(carousel, embed)]


def classes_at_once(carousel: Carousel) -> Sequence[PackClass]:
    """Return the classes shown together: those around the current one."""
    classes = carousel.pack.classes
    if carousel.pack_class is None:
        return classes[:CLASSES_AT_ONCE]
    position = classes.index(carousel.pack_class)
    start = position - position % CLASSES_AT_ONCE
    return classes[start : start + CLASSES_AT_ONCE]


def _description(words: Words, carousel: Carousel, source: Cached[Pack]) -> str:
    pack = carousel.pack
    lines = [
        _standing(words, carousel),
        words.identity(pack.id, plain(pack.slug), pack.updated_at),
    ]
    if pack.visibility is not Visibility.PUBLIC:
        lines.append(words.not_public)
    if source.stale:
        lines.append(words.stale(source.as_of, failing=source.failing))
    return "\n".join(lines)


def _standing(words: Words, carousel: Carousel) -> str:
    if carousel.pack_class is None:
        return words.no_classes
    name = class_label(words, carousel.pack_class.name)
    if not carousel.shown:
        return words.no_pictures(name)
    standing = words.standing(name, carousel.first, carousel.last, len(carousel.pictures))
    prompts = [one.prompt_id for one in carousel.shown if one.prompt_id is not None]
    return f"{standing} · {words.prompts(list(dict.fromkeys(prompts)))}" if prompts else standing


def _class_field(words: Words, one: PackClass) -> str:
    price = words.price(one.price)
    lines = [f"**{price}**" if one.price is not None else price, words.images(one.num_images)]
    if per_image := words.price_per_image(one.price_per_image):
        lines.append(per_image)
    return "\n".join(lines)


def _footer(words: Words, carousel: Carousel) -> str:
    name = plain(carousel.pack_class.name) if carousel.pack_class else None
    return words.deep_link(carousel.pack.id, name, carousel.first, carousel.place.size)


def _pictures(carousel: Carousel, first: discord.Embed) -> list[discord.Embed]:
    if not carousel.shown:
        # Nothing to click through: the cover takes the large place.
        first.set_image(url=carousel.pack.cover_url).set_thumbnail(url=None)
        return []
    first.set_image(url=carousel.shown[0].url)
    return [
        discord.Embed(url=first.url, colour=first.colour).set_image(url=picture.url)
        for picture in carousel.shown[1:]
    ]
