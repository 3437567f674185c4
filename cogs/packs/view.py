"""The controls of a catalogue page, and their actions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

import discord

from api.cache.memo import Memo
from api.wire.errors import AstriaError
from api.wire.models import Include, Pack, Sort, Source
from cogs import limits
from cogs.interactions.control import Control, compare_packs, control_of
from cogs.interactions.errors import Refusal
from cogs.interactions.reply import Reply
from cogs.interactions.request import audience_of, request_of, words_of
from cogs.interactions.responding import edit, respond, turn
from cogs.interactions.services import shop_words_of
from cogs.language.questions import understand
from cogs.language.text import cut, plain
from cogs.language.words import Words
from cogs.pack.open import open_pack
from cogs.packs.embeds import catalogue_embeds, list_text, narrowing, notes
from cogs.packs.narrow import ask_how_to_narrow, narrowed
from cogs.packs.page import Page, load_page
from cogs.packs.query import CUSTOM_ID, NOT_SAID, Query
from cogs.ui.controls import (
    Button,
    Controls,
    Select,
    ask_number,
    filter_key,
    number_from_1,
    page_buttons,
    soon,
)
from cogs.ui.embeds import class_label
from cogs.ui.forms import answers_of, is_filled_in
from cogs.ui.pack_menu import chosen, pack_menu
from cogs.ui.removal import remove_button
from cogs.ui.share import Shareable, Sharing, share_button, share_in_channel, sharing_here
from cogs.ui.start import Start
from cogs.ui.watch import hidden_among, watched

_MOST_COMPARED = 3

_BY_PRICE = {Sort.PRICE, Sort.PER_IMAGE}

_classes: Memo[dict[str, tuple[str, int]]] = Memo(16)
"""The classes of a list by key: a name, and the number of packs that offer it."""


class CatalogueControl(Control, feature="packs"):
    """A button of the catalogue; its `custom_id` has the action and the query."""

    template = CUSTOM_ID

    @classmethod
    async def act(cls, interaction: discord.Interaction, custom_id: str, value: str | None) -> None:
        """Show or share the page in the `custom_id`."""
        action, query = Query.parse(custom_id)
        if action == "jump" and value is None:
            total = await soon(_number_of_pages(interaction, query))
            words = words_of(interaction)
            title, label = words.go_to_a_page, words.page_input(total)
            await ask_number(interaction, custom_id, title, label, query.page + 1)
        elif action == "open":
            await _open(interaction, query)
        elif action == "share":
            await share_in_channel(interaction, custom_id, partial(_shared, interaction, query))
        elif action == "narrow" and not is_filled_in(interaction):
            await ask_how_to_narrow(interaction, query)
        elif query.include is not Include.PUBLIC and not request_of(interaction).moderator:
            sentence = words_of(interaction).needs_manage_messages
            await edit(interaction, Reply(sentence, private=True))
        else:
            work = catalogue_page(
                interaction,
                _changed(interaction, action, query, value),
                private=request_of(interaction).private or not request_of(interaction).owner,
                typed=value if action == "jump" else None,
            )
            await turn(interaction, work, in_place=request_of(interaction).owner)


def _changed(
    interaction: discord.Interaction, action: str, query: Query, value: str | None
) -> Query:
    """Return the query that a menu or a form asks for; raises Refusal."""
    match action:
        case "class":
            return query.in_class(value)
        case "sort":
            return query.in_order(value)
        case "narrow":
            return narrowed(words_of(interaction), query, answers_of(interaction))
        case _:
            return query


async def _open(interaction: discord.Interaction, query: Query) -> None:
    """Open the chosen pack at the class of the list, or compare several."""
    refs = chosen(interaction)
    if len(refs) > 1:
        comparison = compare_packs(refs)
        if control := control_of(comparison):
            await control.act(interaction, comparison, None)
        return
    spoken_of = understand(query.search, shop_words_of(interaction)).class_names
    start, back = Start(class_key=query.class_key), query.custom_id("back")
    work = open_pack(interaction, refs[0], start, back=back, class_names=spoken_of)
    await respond(interaction, work, private=True)


async def catalogue_page(
    interaction: discord.Interaction,
    query: Query,
    *,
    private: bool,
    class_name: str | None = None,
    typed: str | None = None,
) -> Reply:
    """Return a page of the catalogue.

    `class_name` is the class as a person typed it, `typed` the number of the page.
    Raises Refusal if the asker may not see it, or if there is no such page, or AstriaError.
    """
    words = words_of(interaction)
    hidden = query.include is not Include.PUBLIC
    if hidden and not request_of(interaction).moderator:
        raise Refusal(words.needs_manage_messages)
    private = private or hidden
    audience = audience_of(interaction, private=private)
    page = await load_page(interaction, query, audience, class_name=class_name)
    if typed is not None:
        query = page.query.at(_chosen(words, typed, page.pages))
        page = await load_page(interaction, query, audience)
    offered = Sharing.ABSENT if hidden else sharing_here(interaction)
    return _watched_reply(interaction, page, private=private, sharing=offered)


async def _shared(interaction: discord.Interaction, query: Query) -> Shareable:
    query = replace(query, include=Include.PUBLIC)
    public = await load_page(interaction, query, audience_of(interaction, private=False))
    own = await load_page(interaction, query, audience_of(interaction, private=True))
    if not (public.packs and own.packs):
        raise Refusal(words_of(interaction).page_gone)
    return Shareable(
        post=_watched_reply(interaction, public, private=False),
        kept=_watched_reply(interaction, own, private=True, sharing=Sharing.DONE),
    )


def _watched_reply(
    interaction: discord.Interaction,
    page: Page,
    *,
    private: bool,
    sharing: Sharing = Sharing.ABSENT,
) -> Reply:
    """Return the view of a page; it is made again if newer data hides one of its packs."""
    # Only the asker sees a page without packs.
    words = words_of(interaction, private=private or not page.packs)
    audience = audience_of(interaction, private=private)

    async def again() -> Reply:
        try:
            newer = await load_page(interaction, page.query, audience)
        except AstriaError:
            return Reply(words.page_gone)
        return catalogue_reply(words, newer, private=private, sharing=sharing)

    reply = catalogue_reply(words, page, private=private, sharing=sharing)
    return watched(interaction, reply, [pack.id for pack in page.packs], audience, again)


def _chosen(words: Words, typed: str, pages: int) -> int:
    """Return the index of a page by its typed number; raises Refusal if it does not exist."""
    number = number_from_1(typed, pages)
    if number is None:
        raise Refusal(words.no_such_page(plain(typed), pages, button=words.go_to))
    return number


async def _number_of_pages(interaction: discord.Interaction, query: Query) -> int:
    if query.include is not Include.PUBLIC and not request_of(interaction).moderator:
        raise Refusal(words_of(interaction).needs_manage_messages)
    audience = audience_of(interaction, private=request_of(interaction).private)
    return (await load_page(interaction, query, audience)).pages


def catalogue_reply(
    words: Words, page: Page, *, private: bool, sharing: Sharing = Sharing.ABSENT
) -> Reply:
    """Return the view of a page; if it is empty, say so and offer other queries."""
    if not page.packs:
        return Reply("\n".join(_nothing(words, page)), view=_ways_out(words, page), private=True)
    view = _view(words, page)
    if not private:
        view.add_item(remove_button(words, row=4))
    elif sharing is not Sharing.ABSENT:
        custom_id = page.query.custom_id("share")
        view.add_item(share_button(words, custom_id, sharing, row=4))
    hidden = hidden_among(page.packs)
    return Reply(
        list_text(words, page, private=private),
        catalogue_embeds(words, page),
        view,
        private=private,
        hidden=hidden,
    )


def _nothing(words: Words, page: Page) -> Iterator[str]:
    if page.total:
        yield words.page_gone
    elif page.query.is_narrowed:
        to = narrowing(words, page)
        if page.query.class_key and to.class_name is None:
            to = replace(to, class_name=words.unknown_class)
        yield words.nothing_found(to)
    else:
        yield words.no_packs
    yield from notes(words, page)


def _ways_out(words: Words, page: Page) -> discord.ui.View:
    """Return buttons that lead to other pages, if there are any, or remove single filters."""
    view = _with_page_row(words, page)
    query, ways = page.query, dict[str, Query]()
    if query.search:
        ways[words.without_search(query.search)] = replace(query, search="", page=0)
    if query.class_key:
        ways[words.any_class] = replace(query, class_key=None, page=0)
    if query.max_price is not None:
        ways[words.any_price] = replace(query, max_price=None, page=0)
    if query.min_images is not None:
        ways[words.any_number_of_images] = replace(query, min_images=None, page=0)
    if query.source is not Source.ALL:
        ways[words.all_sources] = replace(query, source=Source.ALL, page=0)
    for label, wider in ways.items():
        view.add_item(
            Button(label=cut(label, limits.BUTTON_LABEL), custom_id=wider.custom_id("wider"))
        )
    return view


def _view(words: Words, page: Page) -> discord.ui.View:
    view = _with_page_row(words, page)
    several = len(page.packs) > 1
    menu = pack_menu(
        words,
        page.packs,
        custom_id=page.query.custom_id("open"),
        placeholder=words.open_or_compare if several else words.open_pack,
        start=Start(class_key=page.query.class_key or next(map(filter_key, page.sought), None)),
        row=1,
        most=_MOST_COMPARED,
    )
    view.add_item(menu)
    if classes := _class_menu(words, page):
        view.add_item(classes)
    if page.total > 1:
        view.add_item(_order_menu(words, page))
    label, custom_id = cut(words.narrow, limits.BUTTON_LABEL), page.query.custom_id("narrow")
    return view.add_item(Button(label=label, custom_id=custom_id, row=4))


def _class_menu(words: Words, page: Page) -> Select | None:
    """Return the menu of the commonest classes, if there is more than one choice."""
    classes = _classes.get((), page.listing.packs, partial(_count_classes, page.listing.packs))
    if len(classes) <= 1 and page.query.class_key is None:
        return None
    commonest = sorted(classes.items(), key=lambda item: -item[1][1])[: limits.MENU_OPTIONS - 1]
    current = page.query.class_key
    if current in classes and current not in dict(commonest):
        commonest[-1] = (current, classes[current])
    menu = Select(custom_id=page.query.custom_id("class"), placeholder=words.choose_class, row=2)
    menu.add_option(value=NOT_SAID, label=words.any_class, default=current is None)
    for key, (name, number) in commonest:
        menu.add_option(
            value=key,
            label=cut(class_label(words, name), limits.OPTION_TEXT),
            description=words.packs(number),
            default=key == current,
        )
    return menu


def _count_classes(packs: Sequence[Pack]) -> dict[str, tuple[str, int]]:
    """Return each class's name and number of packs, by key."""
    counted: dict[str, tuple[str, int]] = {}
    for pack in packs:
        for key, name in {filter_key(one.name): one.name for one in pack.classes}.items():
            first, number = counted.get(key, (name, 0))
            counted[key] = first, number + 1
    return counted


def _order_menu(words: Words, page: Page) -> Select:
    query = page.query
    menu = Select(custom_id=query.custom_id("sort"), placeholder=words.choose_order, row=3)
    current = query.sort or (None if query.search else Sort.NEWEST)
    if query.search:
        menu.add_option(value=NOT_SAID, label=words.best_match, default=current is None)
    for sort in Sort:
        if sort not in _BY_PRICE or page.listing.packs.shows_prices:
            label = words.order_label(sort)
            menu.add_option(value=sort.value, label=label, default=sort is current)
    return menu


def _with_page_row(words: Words, page: Page) -> discord.ui.View:
    view = Controls()
    if page.pages > 1:
        for button in _page_row(words, page):
            view.add_item(button)
    return view


def _page_row(words: Words, page: Page) -> Iterator[Button]:
    query, end = page.query, page.pages - 1
    targets = {
        "first": (query.at(0), query.page > 0),
        "previous": (query.at(max(0, query.page - 1)), query.page > 0),
        "jump": (query, True),
        "next": (query.at(min(end, query.page + 1)), query.page < end),
        "last": (query.at(end), query.page < end),
    }
    return page_buttons(
        words,
        {action: (to.custom_id(action), possible) for action, (to, possible) in targets.items()},
        words.page(query.page + 1, query.page + 1, page.pages),
        ends=4,
    )
