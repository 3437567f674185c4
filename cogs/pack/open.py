"""Open a pack by what a person typed, pasted or chose; offer the nearest ones where it is none."""

from __future__ import annotations

import re
from dataclasses import dataclass

import discord

from api.wire.models import Pack, PackClass, find_class
from cogs.interactions.asker import audience_of
from cogs.interactions.control import OPEN_PACK, Control
from cogs.interactions.errors import Refusal
from cogs.interactions.replies import Reply, respond
from cogs.interactions.services import words_of
from cogs.language.text import plain
from cogs.language.words import Words
from cogs.pack.carousel import ONE, Place
from cogs.pack.view import opened, reply_at, watched
from cogs.ui.controls import class_key
from cogs.ui.embeds import class_label
from cogs.ui.finding import find_pack
from cogs.ui.share import sharing_here


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
    words, audience = words_of(interaction), audience_of(interaction, private=True)
    source = await find_pack(interaction, ref)
    place = _entrance(words, source.value, start or Start())
    reply = reply_at(words, source, place, private=private, sharing=sharing_here(interaction))
    return watched(interaction, reply, source, audience)


class OpenPackMenu(Control, feature=OPEN_PACK):
    """A menu that opens the pack that is chosen, for the one who chooses alone."""

    template = re.compile(OPEN_PACK)

    @classmethod
    async def act(cls, interaction: discord.Interaction, custom_id: str, value: str | None) -> None:
        """Show the chosen pack privately."""
        work = open_pack(interaction, value or "", private=True)
        await respond(interaction, work, private=True)


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
