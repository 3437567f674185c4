"""Open a pack that a person typed, pasted or chose; offer its classes if one is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import discord

from api.wire.models import Pack, Visibility
from cogs import limits
from cogs.interactions.control import OPEN_PACK, Control
from cogs.interactions.errors import Refusal
from cogs.interactions.reply import Reply
from cogs.interactions.request import request_of, words_of
from cogs.interactions.responding import credited, respond
from cogs.language.text import cut, plain
from cogs.language.words import Words
from cogs.pack.carousel import Place
from cogs.pack.view import opened, shown
from cogs.ui.controls import Controls, Select, class_key_in
from cogs.ui.embeds import class_label
from cogs.ui.pack_lookup import find_pack
from cogs.ui.start import CUSTOM_ID, Start, class_named

_CLASS_VALUE = ":"
"""Separates a pack's id and a class in the value of a menu's option."""


async def open_pack(
    interaction: discord.Interaction,
    ref: str,
    start: Start | None = None,
    *,
    linked: bool = False,
    back: str | None = None,
    class_names: Sequence[str] = (),
) -> Reply:
    """Find a pack, and return its view at the beginning or at another place.

    `linked` if the reference comes from a link; `back` is the `custom_id` of the control that leads
    back to a list. By default the pack is opened at the first of `class_names` that it has. Raises
    Refusal if there is no such pack or class, or AstriaError.
    """
    start, request = start or Start(), request_of(interaction)
    match = await find_pack(interaction, ref, start, linked=linked)
    source = match.source
    spoken = filter(None, [match.class_name, *class_names])
    class_name = next((one for one in spoken if class_named(source.value.classes, one)), None)
    if class_name and not start.names_class:
        start = replace(start, class_name=class_name)
    private = start.private or source.value.visibility is not Visibility.PUBLIC
    audience = request.audience if private else request.public_audience
    if audience is not request.audience:
        source = await request.services.catalogue.pack(source.value.id, audience)
    place = _entrance(interaction, source.value, start)
    reply = shown(interaction, source, place, audience, private=private, back=back)
    if match.typed:
        note = words_of(interaction, private=private).closest_match(match.typed)
        reply = replace(reply, content="\n".join(filter(None, [note, reply.content])))
    return reply


class OpenPackMenu(Control, feature=OPEN_PACK):
    """A menu that opens the chosen pack, or a pack at the chosen class."""

    template = CUSTOM_ID

    @classmethod
    async def act(cls, interaction: discord.Interaction, custom_id: str, value: str | None) -> None:
        """Show the chosen pack: only to the chooser, unless the question was public."""
        start = Start.parse(custom_id)
        ref, _, key = (value or "").partition(_CLASS_VALUE)
        chosen = replace(start, class_key=key) if key else start
        await respond(interaction, _chosen(interaction, ref, chosen), private=start.private)


async def _chosen(interaction: discord.Interaction, ref: str, start: Start) -> Reply:
    reply = await open_pack(interaction, ref, start)
    return reply if reply.private else credited(interaction, reply, interaction.user.id)


def _entrance(interaction: discord.Interaction, pack: Pack, start: Start) -> Place:
    place = Place(pack.id, size=start.at_a_time)
    if start.class_name or start.class_key:
        wanted = start.class_of(pack.classes)
        if wanted is None:
            raise _no_such_class(words_of(interaction), pack, start)
        place = place.in_class(class_key_in(pack.classes, wanted))
    if start.picture > 1:
        place = opened(interaction, pack, place).at(start.picture - 1)
    return place


def _no_such_class(words: Words, pack: Pack, start: Start) -> Refusal:
    """Return the refusal for a class that the pack does not have, with a menu of its classes."""
    offered = [class_label(words, one.name, pack.classes) for one in pack.classes]
    if not offered:
        return Refusal(words.no_classes)
    anywhere = replace(start, class_name=None, class_key=None)
    menu = Select(custom_id=anywhere.custom_id(), placeholder=words.choose_class)
    for one, label in list(zip(pack.classes, offered, strict=True))[: limits.MENU_OPTIONS]:
        menu.add_option(
            value=f"{pack.id}{_CLASS_VALUE}{class_key_in(pack.classes, one)}",
            label=cut(label, limits.OPTION_TEXT),
        )
    sentence = words.class_not_found(plain(start.class_name), offered)
    return Refusal(sentence, Controls().add_item(menu))
