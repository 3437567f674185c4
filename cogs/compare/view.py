"""A comparison's view: a menu to open one of its packs, and a button to share it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from functools import partial

import discord

from api.cache.memory import Cached
from api.wire.errors import NotFound
from api.wire.models import Pack, Visibility
from cogs.compare.embeds import comparison_embeds
from cogs.interactions.asker import audience_of
from cogs.interactions.control import Control
from cogs.interactions.errors import Refusal
from cogs.interactions.replies import Reply
from cogs.interactions.services import catalogue_of, words_of
from cogs.language.words import Words
from cogs.ui.controls import Controls
from cogs.ui.finding import find_pack, open_menu
from cogs.ui.removal import remove_button
from cogs.ui.share import Shareable, Sharing, share_button, share_in_channel, sharing_here
from cogs.ui.watch import watched


class ComparisonControl(Control, feature="compare"):
    """The button that shares a comparison; its `custom_id` says of which packs."""

    template = re.compile(r"compare:share:\d{1,19}(:\d{1,19}){1,2}")

    @classmethod
    async def act(cls, interaction: discord.Interaction, custom_id: str, value: str | None) -> None:
        """Post the comparison."""
        refs = custom_id.split(":")[2:]
        await share_in_channel(interaction, custom_id, partial(_shared, interaction, refs))


async def compare(interaction: discord.Interaction, refs: Sequence[str], *, private: bool) -> Reply:
    """Return a comparison of packs, by id, slug or address.

    Raises PackNotFound, Refusal where they are all the same, or AstriaError.
    """
    words = words_of(interaction)
    found = await asyncio.gather(*(find_pack(interaction, ref) for ref in refs))
    sources = list({match.source.value.id: match.source for match in found}.values())
    if len(sources) == 1:
        raise Refusal(words.compare_same)
    reply = comparison_reply(words, sources, private=private, sharing=sharing_here(interaction))
    return _watched(interaction, reply, sources)


async def _shared(interaction: discord.Interaction, refs: Sequence[str]) -> Shareable:
    words, catalogue = words_of(interaction), catalogue_of(interaction)
    audience = audience_of(interaction, private=False)
    try:
        sources = await asyncio.gather(*(catalogue.pack(ref, audience) for ref in refs))
    except NotFound:
        raise Refusal(words.share_not_public) from None
    post = comparison_reply(words, sources, private=False, sharing=Sharing.ABSENT)
    kept = comparison_reply(words, sources, private=True, sharing=Sharing.DONE)
    return Shareable(
        post=_watched(interaction, post, sources), kept=_watched(interaction, kept, sources)
    )


def _watched(
    interaction: discord.Interaction, reply: Reply, sources: Sequence[Cached[Pack]]
) -> Reply:
    """Return a reply that is taken down if its readers may no longer see one of the packs."""

    async def gone() -> Reply:
        return Reply(words_of(interaction).page_gone)

    audience = audience_of(interaction, private=reply.private)
    return watched(interaction, reply, [one.value.id for one in sources], audience, gone)


def comparison_reply(
    words: Words, sources: Sequence[Cached[Pack]], *, private: bool, sharing: Sharing
) -> Reply:
    """Return the view of a comparison; one with a pack that is not public is for the asker."""
    packs = [source.value for source in sources]
    hidden = tuple(pack.id for pack in packs if pack.visibility is not Visibility.PUBLIC)
    view = Controls()
    view.add_item(open_menu(words, packs, placeholder=words.open_pack, row=1))
    private = private or bool(hidden)
    if not private:
        view.add_item(remove_button(words, row=2))
    elif not hidden and sharing is not Sharing.ABSENT:
        custom_id = ":".join(["compare", "share", *(str(pack.id) for pack in packs)])
        view.add_item(share_button(words, custom_id, sharing, row=2))
    return Reply(
        embeds=comparison_embeds(words, sources), view=view, private=private, hidden=hidden
    )
