"""The look of a reply to `/pack`: from a carousel to text and embeds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import discord

from api.cache.cached import Cached
from api.wire.models import Pack, PackClass
from cogs import limits
from cogs.language.text import cut, escaped, fitting, length, plain
from cogs.language.words import Words
from cogs.pack.carousel import Carousel, Picture
from cogs.ui.embeds import (
    COLOUR,
    Illustration,
    badge,
    class_label,
    cover_of,
    illustrate,
    pack_link,
    pack_title,
)

# Only this many classes have a line each; the menu leads to the others.
_MOST_LINES = 12

_LONGEST_SLUG = 80
_LONGEST_CLASS = 40
_MOST_THINGS = 5
_MOST_LINKS = 4

# The room in a message, without the code block's marks and the number of omitted classes.
_ROOM_IN_A_BLOCK = limits.CONTENT - 60

# A phone has room for this many characters in a line beside a thumbnail.
_LINE_BESIDE_A_THUMBNAIL = 26


def pack_text(words: Words, carousel: Carousel) -> str:
    """Return the plain text above the embeds: for copying, and for readers without embeds."""
    pack = carousel.pack
    prices = words.price_range(pack.classes)
    name = _name_in_command(words, carousel.pack_class, pack) if carousel.pack_class else None
    command = words.deep_link(pack.id, name, carousel.first, carousel.place.size)
    headline = words.headline(pack_title(words, pack), prices, pack_link(pack))
    return f"{headline}\n{words.leads_back(command)}"


def _name_in_command(words: Words, one: PackClass, pack: Pack) -> str:
    """Return a class's label in the reader's language, or its name if the label is ambiguous."""
    label = class_label(words, one.name)
    return label if label == class_label(words, one.name, pack.classes) else plain(one.name)


def pack_embeds(words: Words, carousel: Carousel, source: Cached[Pack]) -> list[discord.Embed]:
    """Return the embeds of a pack; several pictures share one address, so that they form a grid."""
    pack = carousel.pack
    classes = list(_class_lines(words, carousel))
    embed = discord.Embed(
        title=escaped(pack_title(words, pack), limits.EMBED_TITLE),
        url=pack_link(pack),
        colour=COLOUR,
        description="\n".join(
            fitting(
                [
                    *_subtitle(pack),
                    *classes,
                    *_what_else(words, carousel, source),
                ],
                limits.EMBED_DESCRIPTION,
            )
        ),
        timestamp=source.as_of,
    )
    prompts = [one.prompt_id for one in carousel.shown if one.prompt_id is not None]
    slug = cut(plain(pack.slug), _LONGEST_SLUG)
    small_print = words.small_print(pack.id, slug, pack.updated_at, list(dict.fromkeys(prompts)))
    embed.set_footer(text=cut(small_print, limits.EMBED_FOOTER))
    return _illustrated(words, carousel, embed, _has_room_beside(classes))


def _subtitle(pack: Pack) -> Iterator[str]:
    if subtitle := plain(pack.subtitle):
        yield f"*{escaped(subtitle, limits.EMBED_TITLE)}*"


def _class_lines(words: Words, carousel: Carousel) -> Iterator[str]:
    classes, current = carousel.pack.classes, carousel.pack_class
    start = classes.index(current) // _MOST_LINES * _MOST_LINES if current else 0
    shown = classes[start : start + _MOST_LINES]
    for one in shown:
        label = class_label(words, one.name, classes)
        yield words.class_line(label, one, current=one is current)
    if rest := len(classes) - len(shown):
        yield words.more_classes(rest)


def _what_else(words: Words, carousel: Carousel, source: Cached[Pack]) -> Iterator[str]:
    """Yield lines on the things to bring, the pictures shown, the visibility and the age."""
    pack = carousel.pack
    if things := _things(pack):
        yield words.you_also_need([escaped(thing, _LONGEST_CLASS) for thing in things])
    if (mark := badge(words, pack)) is not None:
        yield f"**{mark}** · {words.hidden_rule}"
    if source.stale:
        yield words.stale(source.as_of, failing=source.failing)
    yield words.pictures_unavailable if source.partial else _position(words, carousel)
    if pack.cover_link:
        yield words.cover_link(pack.cover_link)
    if links := carousel.links[:_MOST_LINKS]:
        yield " · ".join(map(words.link, links))


def _position(words: Words, carousel: Carousel) -> str:
    if carousel.pack_class is None:
        return words.no_classes
    if not carousel.shown:
        return words.no_pictures(_label(words, carousel, carousel.pack_class))
    return words.position(carousel.first, carousel.last, len(carousel.pictures))


def _label(words: Words, carousel: Carousel, one: PackClass) -> str:
    return class_label(words, one.name, carousel.pack.classes)


def _has_room_beside(classes: Sequence[str]) -> bool:
    return all(length(line.replace("*", "")) <= _LINE_BESIDE_A_THUMBNAIL for line in classes)


def _illustrated(
    words: Words, carousel: Carousel, embed: discord.Embed, room_beside: bool
) -> list[discord.Embed]:
    """Add the pictures; add the cover as thumbnail if it repeats none of them and leaves room."""
    cover = cover_of(words, carousel.pack)
    if not carousel.shown:
        # There are no pictures, so the cover is large.
        return [illustrate(embed, image=cover)]
    pictures = [
        _illustration(words, carousel, number, picture)
        for number, picture in enumerate(carousel.shown, carousel.first)
    ]
    repeated = cover is not None and any(picture.url == cover.url for picture in pictures)
    thumbnail = cover if room_beside and not repeated else None
    first = illustrate(embed, image=pictures[0], thumbnail=thumbnail)
    rest = [
        illustrate(discord.Embed(url=embed.url, colour=COLOUR), image=picture)
        for picture in pictures[1:]
    ]
    return [first, *rest]


def _illustration(words: Words, carousel: Carousel, number: int, picture: Picture) -> Illustration:
    pack, pack_class = carousel.pack, carousel.pack_class
    name = _label(words, carousel, pack_class) if pack_class else ""
    total = len(carousel.pictures)
    return Illustration(
        picture.url, words.picture_alt(pack_title(words, pack), name, number, total)
    )


def customer_text(words: Words, pack: Pack, source: Cached[Pack]) -> str:
    """Return a block to copy for a customer, without markup, which other systems would show."""
    head = [
        cut(text, limits.EMBED_TITLE) for text in (pack_title(words, pack), plain(pack.subtitle))
    ]
    things = _things(pack)
    needed = [words.you_also_need(things)] if things else []
    tail = [*needed, pack_link(pack), words.as_of_day(source.as_of)]
    classes = (
        words.customer_class(cut(class_label(words, one.name, pack.classes), _LONGEST_CLASS), one)
        for one in pack.classes
    )
    room = _ROOM_IN_A_BLOCK - length("\n".join([*head, *tail]))
    shown = fitting(classes, room)
    if rest := len(pack.classes) - len(shown):
        shown.append(words.more_classes(rest))
    lines = "\n".join(filter(None, [*head, *shown, *tail])).replace("`", "'")
    return f"```\n{lines}\n```"


def _things(pack: Pack) -> Sequence[str]:
    """Return the things that a person must bring a picture of, besides themselves."""
    names = (plain(name) for name in pack.reference_class_names[:_MOST_THINGS])
    return [cut(name, _LONGEST_CLASS) for name in names if name]
