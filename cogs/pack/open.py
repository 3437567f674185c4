"""Open a pack by what a person typed, pasted or chose; offer the nearest ones where it is none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import discord

from api.cache.memory import Cached
from api.wire.addresses import pack_reference
from api.wire.errors import AstriaError, NotFound
from api.wire.models import Pack, PackClass, PackSummary, find_class
from cogs import limits
from cogs.interactions.asker import catalogue_of, may_see_hidden, words_of
from cogs.interactions.errors import PackNotFound, Refusal
from cogs.interactions.replies import Reply, respond
from cogs.language.text import cut, plain
from cogs.language.words import Words
from cogs.pack.carousel import ONE, Place
from cogs.pack.view import opened, reply_at, watched
from cogs.ui.controls import OPEN_PACK, Control, Controls, Select, class_key
from cogs.ui.embeds import class_label, pack_title
from cogs.ui.share import offer_of

_MOST_SIMILAR = 5


@dataclass(frozen=True, slots=True)
class Start:
    """Where a person wants a pack to be opened: a class, a picture from 1, how many at a time."""

    class_name: str | None = None
    picture: int = 1
    at_a_time: int = ONE


async def open_pack(
    interaction: discord.Interaction, ref: str, start: Start | None = None, *, private: bool
) -> Reply:
    """Return the view of a pack, by what names it, at its beginning or where one wants.

    Raises PackNotFound, Refusal where it has no such class, or AstriaError.
    """
    words, hidden = words_of(interaction), may_see_hidden(interaction)
    source = await find_pack(interaction, ref)
    place = _entrance(words, source.value, start or Start())
    reply = reply_at(words, source, place, private=private, share=offer_of(interaction))
    return watched(interaction, reply, source, hidden=hidden)


async def find_pack(interaction: discord.Interaction, ref: str) -> Cached[Pack]:
    """Return a pack that the asker may see; raises PackNotFound or AstriaError.

    A title is as good as an id or slug where only one pack has it.
    """
    catalogue, hidden = catalogue_of(interaction), may_see_hidden(interaction)
    try:
        return await catalogue.pack(ref, hidden=hidden)
    except AstriaError as error:
        similar = catalogue.suggest(ref, hidden=hidden, limit=_MOST_SIMILAR)
        meant = [pack for pack in similar if _is_titled(pack, ref)]
        if len(meant) == 1:
            return await catalogue.pack(meant[0].id, hidden=hidden)
        if not isinstance(error, NotFound):
            raise
        menu = _similar_menu(words_of(interaction), similar)
        raise PackNotFound(plain(pack_reference(ref)), menu) from error


def _is_titled(pack: PackSummary, text: str) -> bool:
    title = plain(pack.title).casefold()
    return title != "" and title == plain(text).casefold()


class OpenPackMenu(Control, feature=OPEN_PACK):
    """A menu that opens the pack that is chosen, for the one who chooses alone."""

    template = re.compile(OPEN_PACK)

    @classmethod
    async def act(cls, interaction: discord.Interaction, custom_id: str, value: str | None) -> None:
        """Show the chosen pack privately."""
        work = open_pack(interaction, value or "", private=True)
        await respond(interaction, work, private=True)


def open_menu(
    words: Words, packs: Sequence[PackSummary], *, placeholder: str, row: int | None = None
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


def _similar_menu(words: Words, similar: Sequence[PackSummary]) -> discord.ui.View | None:
    if not similar:
        return None
    menu = open_menu(words, similar, placeholder=words.similar_packs)
    return Controls().add_item(menu)


def _entrance(words: Words, pack: Pack, start: Start) -> Place:
    place = Place(pack.id, size=start.at_a_time)
    if start.class_name is not None:
        place = place.in_class(_class_key(words, pack, start.class_name))
    if start.picture > 1:
        place = opened(words, pack, place).at(start.picture - 1)
    return place


def _class_key(words: Words, pack: Pack, name: str) -> str:
    wanted = find_class(pack.classes, name.strip()) or _find_as_shown(pack, name)
    if wanted is None:
        offered = [class_label(words, one.name) for one in pack.classes]
        raise Refusal(words.class_not_found(plain(name), offered))
    return class_key(wanted.name)


def _find_as_shown(pack: Pack, name: str) -> PackClass | None:
    """Return the class whose name is shown like this, as a command copied from a reply has it."""
    shown = plain(name).casefold()
    return next((one for one in pack.classes if plain(one.name).casefold() == shown), None)
