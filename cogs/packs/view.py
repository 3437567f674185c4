"""The controls under a catalogue page, and what they do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import discord

from api.models import Include, PackSummary
from cogs import limits
from cogs.context import catalogue_of, is_owner, may_see_hidden, words_of
from cogs.controls import Control, ask_page, page_buttons, page_number
from cogs.embeds import pack_title
from cogs.errors import Refusal
from cogs.pack.view import open_pack
from cogs.packs.embeds import PACKS_A_PAGE, Page, catalogue_embeds, heading, notes
from cogs.packs.query import CUSTOM_ID, Query, filter_key
from cogs.replies import Reply, respond, turn
from cogs.text import cut
from cogs.words import Words


class CatalogueControl(Control, template=CUSTOM_ID):
    """A button that turns the catalogue's pages; its `custom_id` says which page it leads to."""

    @classmethod
    async def act(cls, interaction: discord.Interaction, custom_id: str, value: str | None) -> None:
        """Show the page that the control leads to."""
        action, query = Query.parse(custom_id)
        if action == "jump" and value is None:
            await ask_page(interaction, words_of(interaction), custom_id, None)
            return
        work = catalogue_page(interaction, query, typed=value)
        await turn(interaction, work, in_place=is_owner(interaction))


class OpenPackMenu(Control, template=r"packs-open"):
    """The menu that opens one of the packs of a page, for the one who chooses alone."""

    @classmethod
    async def act(cls, interaction: discord.Interaction, custom_id: str, value: str | None) -> None:
        """Show the chosen pack privately."""
        work = open_pack(interaction, value or "", private=True)
        await respond(interaction, work, private=True)


async def catalogue_page(
    interaction: discord.Interaction,
    query: Query,
    *,
    private: bool = False,
    typed: str | None = None,
) -> Reply:
    """Return a page of the catalogue; `typed` is the page that a person asked for instead."""
    words = words_of(interaction)
    hidden = query.include is not Include.PUBLIC
    if hidden and not may_see_hidden(interaction):
        raise Refusal(words.needs_manage_messages)
    catalogue = catalogue_of(interaction)
    listing = await catalogue.listing(query.source, query.include)
    class_name = next(
        (name for name in listing.class_names() if filter_key(name) == query.class_key), None
    )
    found = listing.select(search=query.search, class_name=class_name, sort=query.sort)
    if query.class_key and class_name is None:
        found = []
    pages = -(-len(found) // PACKS_A_PAGE)
    if typed is not None:
        query = query.at(page_number(words, typed, pages))
    query = query.at(max(0, min(query.page, pages - 1)))
    start = query.page * PACKS_A_PAGE
    packs = await catalogue.details(found[start : start + PACKS_A_PAGE], hidden=hidden)
    page = Page(query, packs, len(found), class_name, listing)
    return catalogue_reply(words, page, private=private or hidden)


def catalogue_reply(words: Words, page: Page, *, private: bool) -> Reply:
    """Return the view of a page, or words where it has nothing to show."""
    if not page.packs:
        return Reply("\n".join(_nothing(words, page)), private=True)
    return Reply(
        heading(words, page),
        catalogue_embeds(words, page),
        _view(words, page),
        private=private,
    )


def _nothing(words: Words, page: Page) -> Iterator[str]:
    query = page.query
    if page.total:
        yield words.page_gone
    elif query.search or query.class_key:
        yield words.nothing_found(query.search, page.class_name)
    else:
        yield words.no_packs
    yield from notes(words, page.listing)


def _view(words: Words, page: Page) -> discord.ui.View:
    view = discord.ui.View(timeout=None)
    if page.pages > 1:
        for button in _page_row(words, page):
            view.add_item(button)
    return view.add_item(_open_menu(words, page.packs))


def _page_row(words: Words, page: Page) -> Iterator[Control]:
    query, end = page.query, page.pages - 1
    targets = {
        "first": (query.at(0), query.page > 0),
        "previous": (query.at(max(0, query.page - 1)), query.page > 0),
        "jump": (query, True),
        "next": (query.at(min(end, query.page + 1)), query.page < end),
        "last": (query.at(end), query.page < end),
    }
    return page_buttons(
        CatalogueControl,
        words,
        {action: (to.custom_id(action), possible) for action, (to, possible) in targets.items()},
        words.page(query.page + 1, query.page + 1, page.pages),
    )


def _open_menu(words: Words, packs: Sequence[PackSummary]) -> Control:
    menu: discord.ui.Select[discord.ui.View] = discord.ui.Select(
        custom_id="packs-open", placeholder=words.open_pack, row=1
    )
    for pack in packs:
        menu.add_option(value=str(pack.id), label=cut(pack_title(words, pack), limits.OPTION_TEXT))
    return OpenPackMenu(menu)
