"""A comparison's view: a menu to open one of its packs, and the controls that compare."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TypeVar

import discord

from api.cache.cached import Cached
from api.catalogue.filtering_and_order import Filters
from api.wire.errors import NotFound
from api.wire.models import Include, Pack, Source, Visibility, find_class
from cogs import limits
from cogs.compare.embeds import comparison_embeds, comparison_text
from cogs.interactions.control import OPEN_PACK, Control
from cogs.interactions.errors import Refusal
from cogs.interactions.reply import Reply
from cogs.interactions.request import audience_of, request_of, words_of
from cogs.interactions.responding import respond, turn
from cogs.interactions.services import catalogue_of
from cogs.language.words import Words
from cogs.ui.controls import CLASS_KEY, Controls, class_by_key
from cogs.ui.embeds import pack_title
from cogs.ui.pack_lookup import find_pack
from cogs.ui.pack_menu import chosen, pack_menu
from cogs.ui.removal import remove_button
from cogs.ui.share import Shareable, Sharing, share_button, share_in_channel, sharing_here
from cogs.ui.watch import watched, watched_list

_MOST_COMPARED, _MOST_OTHERS = 3, 2
_ID = r"\d{1,19}"


T = TypeVar("T")
R = TypeVar("R", bound=str | int)


class ComparisonControl(Control, feature="compare"):
    """A control that compares packs or shares a comparison; its `custom_id` names the packs."""

    template = re.compile(
        rf"compare:(?:(?:share|show):{_ID}(?::{_ID}){{1,2}}|with:{_ID}|choose:{_ID}:{CLASS_KEY})"
    )

    @classmethod
    async def act(cls, interaction: discord.Interaction, custom_id: str, value: str | None) -> None:
        """Post the comparison, show it, or ask for the pack to compare with."""
        _, action, *refs = custom_id.split(":")
        if action == "share":
            await share_in_channel(interaction, custom_id, partial(_shared, interaction, refs))
        elif action == "choose":
            await respond(interaction, _choice(interaction, *refs), private=True)
        elif action == "with":
            refs += chosen(interaction)
            work = compare(interaction, refs, private=True)
            await turn(interaction, work, in_place=request_of(interaction).private)
        else:
            await respond(interaction, compare(interaction, refs, private=True), private=True)


async def compare(interaction: discord.Interaction, refs: Sequence[str], *, private: bool) -> Reply:
    """Compare packs, by id, slug or address.

    Shows the first three. Raises PackNotFound, Refusal if they are all the same, or AstriaError.
    """
    # Each of the three options may contain a copied command with several packs.
    refs = list(dict.fromkeys(refs))[: _MOST_COMPARED * _MOST_COMPARED]
    found = await _side_by_side(interaction, refs, partial(find_pack, interaction))
    matches = list({match.source.value.id: match for match in found}.values())[:_MOST_COMPARED]
    sources = [match.source for match in matches]
    if len(sources) == 1:
        raise Refusal(words_of(interaction).compare_same)
    private = private or not _all_public(sources)
    if not private:
        # The channel may see less than the asker.
        sources = await _for_everybody(interaction, [source.value.id for source in sources])
    words = words_of(interaction, private=private)
    notes = [words.closest_match(match.typed) for match in matches if match.typed]
    sharing = sharing_here(interaction)
    reply = comparison_reply(words, sources, notes, private=private, sharing=sharing)
    return _watched(interaction, reply, sources)


async def _side_by_side(
    interaction: discord.Interaction, refs: Sequence[R], look_up: Callable[[R], Awaitable[T]]
) -> list[T]:
    """Look packs up concurrently, or one by one if memory has all of them: that never waits."""
    # For people who may not see a pack, this takes as long as for a pack that does not exist.
    audience = audience_of(interaction, private=True)
    if all(catalogue_of(interaction).has(ref, audience) for ref in refs):
        return [await look_up(ref) for ref in refs]
    return await asyncio.gather(*(look_up(ref) for ref in refs))


async def _for_everybody(
    interaction: discord.Interaction, refs: Sequence[str | int]
) -> list[Cached[Pack]]:
    catalogue, audience = catalogue_of(interaction), audience_of(interaction, private=False)
    return await _side_by_side(interaction, refs, lambda ref: catalogue.pack(ref, audience))


async def _shared(interaction: discord.Interaction, refs: Sequence[str]) -> Shareable:
    catalogue, asker = catalogue_of(interaction), audience_of(interaction, private=True)
    words = words_of(interaction)
    try:
        public = await _for_everybody(interaction, refs)
        own = await asyncio.gather(*(catalogue.pack(ref, asker) for ref in refs))
    except NotFound:
        raise Refusal(words.share_not_public) from None
    everybodys = words_of(interaction, private=False)
    post = comparison_reply(everybodys, public, private=False, sharing=Sharing.ABSENT)
    kept = comparison_reply(words, own, private=True, sharing=Sharing.DONE)
    return Shareable(
        post=_watched(interaction, post, public), kept=_watched(interaction, kept, own)
    )


def _watched(
    interaction: discord.Interaction, reply: Reply, sources: Sequence[Cached[Pack]]
) -> Reply:
    """Return a reply that is taken down if its readers may no longer see one of the packs."""

    async def gone() -> Reply:
        return Reply(words_of(interaction, private=reply.private).page_gone)

    audience = audience_of(interaction, private=reply.private)
    return watched(interaction, reply, [one.value.id for one in sources], audience, gone)


async def _choice(interaction: discord.Interaction, pack_id: str, key: str) -> Reply:
    """Ask for the pack to compare with: packs with the same class, the newest first."""
    words, catalogue = words_of(interaction), catalogue_of(interaction)
    audience = audience_of(interaction, private=True)
    pack = (await catalogue.pack(pack_id, audience)).value
    include = Include.EVERYTHING if audience.hidden else Include.PUBLIC
    listing = await catalogue.listing(Source.ALL, include, audience)
    others = [other for other in listing.packs.select(Filters()).packs if other.id != pack.id]
    current = class_by_key(pack.classes, key)
    alike = [other for other in others if current and find_class(other.classes, current.name)]
    offered = (alike or others)[: limits.MENU_OPTIONS]
    if not offered:
        raise Refusal(words.nothing_to_compare)
    asked = words.compare_with_what(pack_title(words, pack))

    def made(offered: Sequence[Pack]) -> Reply:
        menu = pack_menu(
            words,
            offered,
            custom_id=f"compare:with:{pack.id}",
            placeholder=words.choose_to_compare,
            most=_MOST_OTHERS,
        )
        return Reply(asked, view=Controls().add_item(menu))

    return watched_list(interaction, offered, made)


def comparison_reply(
    words: Words,
    sources: Sequence[Cached[Pack]],
    notes: Sequence[str] = (),
    *,
    private: bool,
    sharing: Sharing,
) -> Reply:
    """Return the view of a comparison; if one of its packs is not public, only the asker sees it.

    `notes` stand above it.
    """
    packs = [source.value for source in sources]
    hidden = tuple(pack.id for pack in packs if pack.visibility is not Visibility.PUBLIC)
    view = Controls()
    view.add_item(pack_menu(words, packs, custom_id=OPEN_PACK, placeholder=words.open_pack, row=1))
    private = private or bool(hidden)
    if not private:
        view.add_item(remove_button(words, row=2))
    elif not hidden and sharing is not Sharing.ABSENT:
        custom_id = ":".join(["compare", "share", *(str(pack.id) for pack in packs)])
        view.add_item(share_button(words, custom_id, sharing, row=2))
    return Reply(
        comparison_text(words, packs, notes),
        comparison_embeds(words, sources),
        view,
        private=private,
        hidden=hidden,
    )


def _all_public(sources: Sequence[Cached[Pack]]) -> bool:
    return all(source.value.visibility is Visibility.PUBLIC for source in sources)
