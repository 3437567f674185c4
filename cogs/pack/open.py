"""Open a pack by what a person typed, pasted or chose; offer the nearest ones where it is none."""

from __future__ import annotations

import re
from collections.abc import Sequence

import discord

from api.cache import Cached
from api.errors import NotFound
from api.models import Pack, PackSummary, find_class
from api.urls import pack_reference
from cogs import limits
from cogs.context import catalogue_of, may_see_hidden, words_of
from cogs.controls import Control, Controls, Select, class_key
from cogs.embeds import class_label, pack_title
from cogs.errors import PackNotFound, Refusal
from cogs.pack.carousel import Place
from cogs.pack.view import opened, reply_at, watched
from cogs.replies import Reply, respond
from cogs.share import offer_of
from cogs.text import cut, plain
from cogs.words import Words

_MOST_SIMILAR = 5

_CUSTOM_ID = "packs-open"


async def open_pack(
    interaction: discord.Interaction,
    ref: str,
    class_name: str | None = None,
    page: int = 1,
    *,
    private: bool,
) -> Reply:
    """Return the view of a pack, by id, slug or address, at a class and picture (from 1).

    Raises PackNotFound, Refusal where it has no such class, or AstriaError.
    """
    words, hidden = words_of(interaction), may_see_hidden(interaction)
    source = await find_pack(interaction, ref)
    place = _entrance(words, source.value, class_name)
    if page > 1:
        place = opened(words, source.value, place).at(page - 1)
    reply = reply_at(words, source, place, private=private, share=offer_of(interaction))
    return watched(interaction, reply, source, hidden=hidden)


async def find_pack(interaction: discord.Interaction, ref: str) -> Cached[Pack]:
    """Return a pack that the asker may see; raises PackNotFound or AstriaError."""
    catalogue, hidden = catalogue_of(interaction), may_see_hidden(interaction)
    try:
        return await catalogue.pack(ref, hidden=hidden)
    except NotFound as error:
        similar = catalogue.suggest(ref, hidden=hidden, limit=_MOST_SIMILAR)
        menu = _similar_menu(words_of(interaction), similar)
        raise PackNotFound(plain(pack_reference(ref)), menu) from error


class OpenPackMenu(Control):
    """A menu that opens the pack that is chosen, for the one who chooses alone."""

    template = re.compile(_CUSTOM_ID)

    @classmethod
    async def act(cls, interaction: discord.Interaction, custom_id: str, value: str | None) -> None:
        """Show the chosen pack privately."""
        work = open_pack(interaction, value or "", private=True)
        await respond(interaction, work, private=True)


def open_menu(
    words: Words, packs: Sequence[PackSummary], *, placeholder: str, row: int | None = None
) -> Select:
    """Return the menu that opens one of several packs, at most Discord's 25."""
    menu = Select(custom_id=_CUSTOM_ID, placeholder=placeholder, row=row)
    for pack in packs:
        menu.add_option(value=str(pack.id), label=cut(pack_title(words, pack), limits.OPTION_TEXT))
    return menu


def _similar_menu(words: Words, similar: Sequence[PackSummary]) -> discord.ui.View | None:
    if not similar:
        return None
    menu = open_menu(words, similar, placeholder=words.similar_packs)
    return Controls().add_item(menu)


def _entrance(words: Words, pack: Pack, class_name: str | None) -> Place:
    if class_name is None:
        return Place(pack.id)
    wanted = find_class(pack.classes, class_name.strip())
    if wanted is None:
        offered = [class_label(words, one.name) for one in pack.classes]
        raise Refusal(words.class_not_found(plain(class_name), offered))
    return Place(pack.id, class_key(wanted.name))
