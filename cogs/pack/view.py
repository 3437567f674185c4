"""A pack's view: the controls at a place of its carousel, and their actions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache, partial

import discord

from api.cache.cached import Cached
from api.catalogue.audience import Audience
from api.wire.errors import NotFound
from api.wire.models import Pack, PackClass, Visibility
from cogs import limits
from cogs.interactions.control import Control, back_of, compare_with
from cogs.interactions.errors import Refusal
from cogs.interactions.record import record_of
from cogs.interactions.reply import Reply
from cogs.interactions.request import audience_of, request_of, words_of
from cogs.interactions.responding import respond, turn
from cogs.interactions.services import catalogue_of
from cogs.language.text import cut, plain
from cogs.language.words import Words
from cogs.pack.carousel import (
    CUSTOM_ID,
    Carousel,
    ClassGone,
    PictureGone,
    Place,
    open_carousel,
)
from cogs.pack.embeds import customer_text, pack_embeds, pack_text
from cogs.ui import watch
from cogs.ui.controls import (
    Button,
    Controls,
    Select,
    ask_number,
    class_key_in,
    number_from_1,
    page_buttons,
    soon,
)
from cogs.ui.embeds import class_label, pack_link
from cogs.ui.removal import remove_button
from cogs.ui.share import Shareable, Sharing, share_button, share_in_channel
from cogs.ui.start import FOUR, ONE
from cogs.ui.watch import hidden_among

# The rows below the page buttons.
_SECOND_ROW, _LAST_ROW = 1, 4

# Two options lead to the other classes; all together fit Discord's 25.
_CLASSES_AT_ONCE = limits.MENU_OPTIONS - 2


class PackControl(Control, feature="pack"):
    """A button or the class menu of a carousel; its `custom_id` has the action and the place."""

    template = CUSTOM_ID

    @classmethod
    async def act(cls, interaction: discord.Interaction, custom_id: str, value: str | None) -> None:
        """Show or share the place in the `custom_id`."""
        action, place = Place.parse(custom_id)
        if action == "jump" and value is None:
            total = await soon(_number_of_pictures(interaction, place))
            words = words_of(interaction)
            title, label = words.go_to_a_picture, words.picture_input(total)
            await ask_number(interaction, custom_id, title, label, place.index + 1)
            return
        if action == "text":
            await respond(interaction, _customer_text(interaction, place), private=True)
            return
        if action == "share":
            await share_in_channel(interaction, custom_id, partial(_shared, interaction, place))
            return
        if action == "class" and value is not None:
            place = place.in_class(value)
        typed = value if action == "jump" else None
        await turn(
            interaction, _turned(interaction, place, typed), in_place=request_of(interaction).owner
        )


# A reply takes some 20 kB in memory, and its source some 30 kB more.
@lru_cache(256)
def reply_at(
    words: Words,
    source: Cached[Pack],
    place: Place,
    *,
    private: bool,
    sharing: Sharing,
    back: str | None = None,
) -> Reply:
    """Return the view of a pack at a place; raises ClassGone or PictureGone."""
    carousel = open_carousel(source.value, place)
    return pack_reply(words, carousel, source, private=private, sharing=sharing, back=back)


def pack_reply(
    words: Words,
    carousel: Carousel,
    source: Cached[Pack],
    *,
    private: bool = False,
    sharing: Sharing = Sharing.ABSENT,
    back: str | None = None,
) -> Reply:
    """Return the view of a pack; if the pack is not public, only the asker sees it.

    `back` is the `custom_id` of the control that leads back to a list.
    """
    public = carousel.pack.visibility is Visibility.PUBLIC
    private = private or not public
    view = pack_view(words, carousel, sharing if public else Sharing.ABSENT, private=private)
    if private and back:
        view.add_item(Button(label=words.back, custom_id=back, row=_LAST_ROW))
    return Reply(
        pack_text(words, carousel),
        pack_embeds(words, carousel, source),
        view,
        private=private,
        hidden=() if public else (carousel.pack.id,),
    )


async def _turned(interaction: discord.Interaction, place: Place, typed: str | None) -> Reply:
    request = request_of(interaction)
    private = request.private or not request.owner
    audience = request.audience if request.private else request.public_audience
    try:
        source = await request.services.catalogue.pack(place.pack_id, audience)
    except NotFound:
        return Reply(words_of(interaction, private=private).pack_gone, takes_down=True)
    if source.partial:  # the old message has pictures, this one would have none
        raise Refusal(words_of(interaction, private=True).pictures_unavailable)
    if typed is not None:
        place = _chosen(interaction, source.value, place, typed)
    return shown(interaction, source, place, audience, private=private, back=back_of(interaction))


def shown(
    interaction: discord.Interaction,
    source: Cached[Pack],
    place: Place,
    audience: Audience,
    *,
    private: bool,
    sharing: Sharing | None = None,
    back: str | None = None,
) -> Reply:
    """Return the view of a pack for an audience; watch it if the data is stale.

    Raises Refusal if the pack no longer has the place.
    """
    request = request_of(interaction)
    words = request.words if private else request.public_words
    if sharing is None:
        sharing = Sharing.ABSENT if interaction.guild_id is None else Sharing.OFFERED
    try:
        reply = reply_at(words, source, place, private=private, sharing=sharing, back=back)
    except (ClassGone, PictureGone) as gone:
        raise _explained(interaction, gone) from None
    if record_of(interaction).lookups.stale:
        return watched(interaction, reply, source, audience)
    return reply


async def _customer_text(interaction: discord.Interaction, place: Place) -> Reply:
    """Return the text about a pack for customers, with the prices that everybody may see."""
    catalogue = catalogue_of(interaction)
    everybody = audience_of(interaction, private=False)
    asker = audience_of(interaction, private=request_of(interaction).private)
    source = await catalogue.pack(place.pack_id, replace(everybody, hidden=asker.hidden))
    reply = Reply(
        customer_text(words_of(interaction), source.value, source),
        private=True,
        hidden=hidden_among([source.value]),
    )
    return watched(interaction, reply, source, asker)


def _chosen(interaction: discord.Interaction, pack: Pack, place: Place, typed: str) -> Place:
    """Return the place of a picture by its typed number; raises Refusal if it does not exist."""
    carousel = opened(interaction, pack, place)
    total = len(carousel.pictures)
    index = number_from_1(typed, total)
    if index is None:
        words = words_of(interaction)
        raise Refusal(words.no_such_picture(plain(typed), total, button=words.go_to))
    return carousel.at(index)


async def _number_of_pictures(interaction: discord.Interaction, place: Place) -> int:
    audience = audience_of(interaction, private=request_of(interaction).private)
    source = await catalogue_of(interaction).pack(place.pack_id, audience)
    return len(opened(interaction, source.value, place).pictures)


async def _shared(interaction: discord.Interaction, place: Place) -> Shareable:
    catalogue = catalogue_of(interaction)
    everybody = audience_of(interaction, private=False)
    asker = audience_of(interaction, private=True)
    try:
        source = await catalogue.pack(place.pack_id, everybody)
        own = await catalogue.pack(place.pack_id, asker)
    except NotFound:
        raise Refusal(words_of(interaction).share_not_public) from None
    if source.partial:
        raise Refusal(words_of(interaction, private=True).pictures_unavailable)
    return Shareable(
        post=shown(interaction, source, place, everybody, private=False),
        kept=shown(
            interaction,
            own,
            place,
            asker,
            private=True,
            sharing=Sharing.DONE,
            back=back_of(interaction),
        ),
    )


def opened(interaction: discord.Interaction, pack: Pack, place: Place) -> Carousel:
    """Return a pack opened at a place; raises Refusal if the pack no longer has it."""
    try:
        return open_carousel(pack, place)
    except (ClassGone, PictureGone) as gone:
        raise _explained(interaction, gone) from None


def _explained(interaction: discord.Interaction, gone: ClassGone | PictureGone) -> Refusal:
    """Return the refusal if a pack no longer has a place."""
    words = words_of(interaction)
    return Refusal(words.class_gone if isinstance(gone, ClassGone) else words.picture_gone)


def watched(
    interaction: discord.Interaction, reply: Reply, source: Cached[Pack], audience: Audience
) -> Reply:
    """Return a reply that is taken down if newer data hides the pack from its readers."""

    async def gone() -> Reply:
        words = words_of(interaction, private=reply.private)
        return Reply(words.pack_gone, takes_down=True)

    return watch.watched(interaction, reply, [source.value.id], audience, gone)


def pack_view(
    words: Words, carousel: Carousel, sharing: Sharing, *, private: bool
) -> discord.ui.View:
    """Return the controls of a carousel; controls without an effect are disabled or absent."""
    view = Controls()
    if carousel.pages > 1:
        for button in _page_row(words, carousel):
            view.add_item(button)
    if len(carousel.pictures) > 1:
        view.add_item(_size_button(words, carousel))
    if len(carousel.pack.classes) > 1:
        view.add_item(_class_menu(words, carousel))
    place = carousel.place
    text, against = place.custom_id("text"), compare_with(place.pack_id, place.class_key)
    for label, custom_id in {words.customer_text: text, words.compare_with: against}.items():
        view.add_item(Button(label=cut(label, limits.BUTTON_LABEL), custom_id=custom_id, row=3))
    if not private:
        view.add_item(remove_button(words, row=_LAST_ROW))
    elif sharing is not Sharing.ABSENT:
        custom_id = carousel.place.custom_id("share")
        view.add_item(share_button(words, custom_id, sharing, row=_LAST_ROW))
    link = pack_link(carousel.pack)
    return view.add_item(Button(label=words.open_on_astria, url=link, row=_LAST_ROW))


def _page_row(words: Words, carousel: Carousel) -> Iterator[Button]:
    place, start, end = carousel.place, carousel.start, len(carousel.pictures) - 1
    earlier, later = start > 0, carousel.last <= end
    targets = {
        "first": (carousel.at(0), earlier),
        "previous": (carousel.at(start - place.size), earlier),
        "jump": (place, True),
        "next": (carousel.at(start + place.size), later),
        "last": (carousel.at(end - end % place.size), later),
    }
    label = words.page(carousel.first, carousel.last, len(carousel.pictures))
    return page_buttons(
        words,
        {action: (to.custom_id(action), possible) for action, (to, possible) in targets.items()},
        label,
        ends=_SECOND_ROW,
    )


def _classes_at_once(carousel: Carousel) -> Sequence[PackClass]:
    """Return the classes in the menu: those around the current one."""
    classes = carousel.pack.classes
    if carousel.pack_class is None:
        return classes[:_CLASSES_AT_ONCE]
    position = classes.index(carousel.pack_class)
    start = position - position % _CLASSES_AT_ONCE
    return classes[start : start + _CLASSES_AT_ONCE]


def _class_menu(words: Words, carousel: Carousel) -> Select:
    menu = Select(
        custom_id=carousel.place.custom_id("class"), placeholder=words.choose_class, row=2
    )
    for value, (label, description) in _class_options(words, carousel).items():
        menu.add_option(
            value=value,
            label=cut(label, limits.OPTION_TEXT),
            description=cut(description, limits.OPTION_TEXT) or None,
            default=value == carousel.place.class_key,
        )
    return menu


def _class_options(words: Words, carousel: Carousel) -> dict[str, tuple[str, str]]:
    """Return the options of the class menu by value, with options that lead to further classes."""
    classes, shown = carousel.pack.classes, _classes_at_once(carousel)
    start = classes.index(shown[0])
    end = start + len(shown)
    key = partial(class_key_in, classes)
    options = {
        key(one): (class_label(words, one.name, classes), _sum_up(words, one)) for one in shown
    }
    if start:
        options[key(classes[start - _CLASSES_AT_ONCE])] = (words.earlier_classes, "")
    if end < len(classes):
        options[key(classes[end])] = (words.later_classes, "")
    return options


def _sum_up(words: Words, one: PackClass) -> str:
    parts = [words.price(one.price)] if one.price_shown else []
    return " · ".join([*parts, words.images(one.num_images)])


def _size_button(words: Words, carousel: Carousel) -> Button:
    size = ONE if carousel.place.size == FOUR else FOUR
    return Button(
        label=words.four_pictures if size == FOUR else words.one_picture,
        custom_id=carousel.resized(size).custom_id("size"),
        row=_SECOND_ROW,
    )
