"""What the embeds of all replies have in common."""

from __future__ import annotations

import discord

from api.wire.addresses import pack_address
from api.wire.models import Pack
from cogs import limits
from cogs.language.text import escaped, plain
from cogs.language.words import Words

COLOUR = discord.Colour(0x5B5BD6)


def pack_title(words: Words, pack: Pack) -> str:
    """Return a pack's title on one line, with no markup taken out yet."""
    return plain(pack.title) or plain(pack.slug) or words.untitled(pack.id)


def class_label(words: Words, name: str) -> str:
    """Return what a class is called, on one line, with no markup taken out yet."""
    return words.class_label(plain(name)) or words.unnamed_class


def pack_link(pack: Pack) -> str:
    """Return the web address of a pack, short enough for an embed and a link button."""
    address = pack_address(pack.id, pack.slug)
    return address if len(address) <= limits.BUTTON_URL else pack_address(pack.id)


def pack_embed(
    words: Words, pack: Pack, *, longest_title: int = limits.EMBED_TITLE
) -> discord.Embed:
    """Return an embed with what every view of a pack begins with: title, link and cover."""
    embed = discord.Embed(
        title=escaped(pack_title(words, pack), longest_title),
        url=pack_link(pack),
        colour=COLOUR,
    )
    return embed.set_thumbnail(url=pack.cover_url)
