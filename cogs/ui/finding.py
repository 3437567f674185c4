"""Find the pack that a person names; offer the nearest ones if there is none."""

from __future__ import annotations

from collections.abc import Sequence

import discord

from api.cache.memory import Cached
from api.wire.addresses import pack_reference
from api.wire.errors import AstriaError, NotFound
from api.wire.models import Pack
from cogs import limits
from cogs.interactions.asker import audience_of
from cogs.interactions.control import OPEN_PACK
from cogs.interactions.errors import PackNotFound
from cogs.interactions.services import catalogue_of, words_of
from cogs.language.text import cut, plain
from cogs.language.words import Words
from cogs.ui.controls import Controls, Select
from cogs.ui.embeds import pack_title

_MOST_SIMILAR = 5


async def find_pack(interaction: discord.Interaction, ref: str) -> Cached[Pack]:
    """Return a pack that the asker may see; raises PackNotFound or AstriaError.

    A title is as good as an id or slug where only one pack has it.
    """
    catalogue, audience = catalogue_of(interaction), audience_of(interaction, private=True)
    try:
        return await catalogue.pack(ref, audience)
    except AstriaError as error:
        similar = catalogue.suggest(ref, audience, limit=_MOST_SIMILAR)
        meant = [pack for pack in similar if _is_titled(pack, ref)]
        if len(meant) == 1:
            return await catalogue.pack(meant[0].id, audience)
        if not isinstance(error, NotFound):
            raise
        menu = _similar_menu(words_of(interaction), similar)
        raise PackNotFound(plain(pack_reference(ref)), menu) from error


def _is_titled(pack: Pack, text: str) -> bool:
    title = plain(pack.title).casefold()
    return title != "" and title == plain(text).casefold()


def open_menu(
    words: Words, packs: Sequence[Pack], *, placeholder: str, row: int | None = None
) -> Select:
    """Return the menu that opens one of several packs, at most Discord's 25."""
    menu = Select(custom_id=OPEN_PACK, placeholder=placeholder, row=row)
    titles = [cut(pack_title(words, pack), limits.OPTION_TEXT) for pack in packs]
    for pack, title in zip(packs, titles, strict=True):
        namesake = titles.count(title) > 1
        menu.add_option(
            value=str(pack.id),
            label=title,
            description=words.untitled(pack.id) if namesake else None,
        )
    return menu


def _similar_menu(words: Words, similar: Sequence[Pack]) -> discord.ui.View | None:
    if not similar:
        return None
    menu = open_menu(words, similar, placeholder=words.similar_packs)
    return Controls().add_item(menu)
