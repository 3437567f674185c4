"""Common parts of all embeds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import discord

from api.wire.addresses import pack_address
from api.wire.models import Pack, PackClass, Visibility
from cogs import limits
from cogs.language.text import cut, plain
from cogs.language.words import Words

COLOUR = discord.Colour(0x5B5BD6)


@dataclass(frozen=True, slots=True)
class Illustration:
    """A picture in an embed, with a description for people who cannot see it."""

    url: str
    alt: str


def pack_title(words: Words, pack: Pack) -> str:
    """Return a pack's title on one line, not escaped yet."""
    return plain(pack.title) or plain(pack.slug) or words.untitled(pack.id)


def class_label(words: Words, name: str, among: Sequence[PackClass] = ()) -> str:
    """Return a class's label on one line, not escaped yet.

    Its name follows if another class in `among` has the same label.
    """
    return class_label_among(words, name, (one.name for one in among))


def class_label_among(words: Words, name: str, names: Iterable[str]) -> str:
    """Return a class's label; its name follows if another of `names` has the same label."""
    own = plain(name)
    label = words.class_label(own)
    others = (plain(other) for other in names if other != name)
    if label != own and label in map(words.class_label, others):
        return f"{label} ({own})"
    return label or words.unnamed_class


def pack_link(pack: Pack) -> str:
    """Return the web address of a pack, short enough for an embed and a link button."""
    address = pack_address(pack.id, None if pack.slug_may_mislead else pack.slug)
    return address if len(address) <= limits.BUTTON_URL else pack_address(pack.id)


def pack_links(packs: Sequence[Pack]) -> Mapping[int, str]:
    """Return the web addresses of packs by id, unique even if two packs have the same slug.

    Discord merges embeds with the same address, and one slug leads to one pack only.
    """
    links = {pack.id: pack_link(pack) for pack in packs}
    taken = Counter(link.casefold() for link in links.values())
    return {
        pack_id: link if taken[link.casefold()] == 1 else pack_address(pack_id)
        for pack_id, link in links.items()
    }


def badge(words: Words, pack: Pack) -> str | None:
    """Return the mark of a pack that not everybody may see; None for others."""
    match pack.visibility:
        case Visibility.UNLISTED:
            return words.unlisted
        case Visibility.PRIVATE:
            return words.private
        case _:
            return None


def cover_of(words: Words, pack: Pack) -> Illustration | None:
    """Return a pack's cover, if it has one that Discord can show."""
    if pack.cover_url is None:
        return None
    return Illustration(pack.cover_url, words.cover_alt(pack_title(words, pack)))


def picture_of(words: Words, pack: Pack, one: PackClass) -> Illustration | None:
    """Return the first picture of a class, if it has one that Discord can show."""
    urls = [url for prompt in one.prompts for url in prompt.images]
    if not urls:
        return None
    name = class_label(words, one.name, pack.classes)
    return Illustration(urls[0], words.picture_alt(pack_title(words, pack), name, 1, len(urls)))


def illustrate(
    embed: discord.Embed,
    *,
    image: Illustration | None = None,
    thumbnail: Illustration | None = None,
) -> discord.Embed:
    """Add pictures to an embed; discord.py's own methods leave out their descriptions."""
    media = {"image": image, "thumbnail": thumbnail}
    shown = {
        place: {"url": one.url, "description": cut(one.alt, limits.ALT_TEXT)}
        for place, one in media.items()
        if one is not None
    }
    return discord.Embed.from_dict(cast("Mapping[str, Any]", {**embed.to_dict(), **shown}))
