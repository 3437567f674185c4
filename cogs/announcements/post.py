"""The look of an announcement: from news to a message."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import discord

from api.cache.cached import Cached
from api.catalogue.news import KnownPack, News
from api.wire.models import Pack
from cogs import limits
from cogs.language.text import escaped, plain
from cogs.language.words import Words
from cogs.pack.carousel import Place
from cogs.pack.view import reply_at
from cogs.ui.controls import Controls
from cogs.ui.embeds import COLOUR, class_label, pack_link, pack_title
from cogs.ui.pack_lookup import open_menu
from cogs.ui.share import Sharing

_LONGEST_TITLE = 80
_LONGEST_CLASS_NAME = 40
_CLASSES_A_LINE = 6

# Leave room in the description for "… and 12 more".
_LONGEST_LIST = limits.EMBED_DESCRIPTION - 100


@dataclass(frozen=True, slots=True)
class Post:
    """A message for a channel."""

    content: str
    embeds: Sequence[discord.Embed] = field(default_factory=list[discord.Embed])
    view: discord.ui.View | None = None


def announcement(words: Words, news: News, opened: Cached[Pack] | None) -> Post:
    """Return the message for some news; `opened` is the only new pack, in full."""
    sections = list(_sections(words, news, listing_new=opened is None))
    embeds = [_listed(words, sections)] if sections else []
    if opened is None:
        view = _menu(words, news.new) if news.new else None
        return Post(_numbers(words, news), embeds, view)
    pack = opened.value
    # Nobody asked for the post, so it has no remove button, like a private reply.
    reply = reply_at(words, opened, Place(pack.id), private=True, sharing=Sharing.ABSENT)
    title = words.new_pack(escaped(pack_title(words, pack), _LONGEST_TITLE))
    return Post(title, [*reply.embeds, *embeds], reply.view)


def _numbers(words: Words, news: News) -> str:
    return words.news_in_numbers(len(news.new), len(news.changes), len(news.withdrawn))


def _menu(words: Words, packs: Sequence[Pack]) -> discord.ui.View:
    menu = open_menu(words, packs[: limits.MENU_OPTIONS], placeholder=words.open_pack)
    return Controls().add_item(menu)


def _sections(words: Words, news: News, *, listing_new: bool) -> Iterator[tuple[str, list[str]]]:
    """Yield each heading with its lines."""
    if news.new and listing_new:
        yield words.new_packs, [_new(words, pack) for pack in news.new]
    if news.changes:
        yield (
            words.changed_prices,
            [
                words.changed_price(
                    _link(words, one.pack),
                    _class(words, one.pack, one.class_name),
                    one.before,
                    one.after,
                )
                for one in news.changes
            ],
        )
    if news.withdrawn:
        yield (
            words.withdrawn_packs,
            [_withdrawn(words, pack_id, pack) for pack_id, pack in news.withdrawn.items()],
        )


def _listed(words: Words, sections: Sequence[tuple[str, list[str]]]) -> discord.Embed:
    room = _LONGEST_LIST // len(sections)
    text = "\n\n".join(_section(words, heading, lines, room) for heading, lines in sections)
    return discord.Embed(description=text, colour=COLOUR)


def _section(words: Words, heading: str, lines: Sequence[str], room: int) -> str:
    """Return a heading with as many whole lines as fit; a price that is cut would be wrong."""
    fitting = [f"**{heading}**"]
    for line in lines:
        if sum(len(one) + 1 for one in fitting) + len(line) > room - 50:
            break
        fitting.append(line)
    left = len(lines) + 1 - len(fitting)
    return "\n".join([*fitting, words.more_news(left)] if left else fitting)


def _new(words: Words, pack: Pack) -> str:
    prices = [
        (_class(words, pack, one.name), one.price)
        for one in pack.classes[:_CLASSES_A_LINE]
        if one.price_shown
    ]
    return f"• {words.priced_pack(_link(words, pack), prices)}"


def _withdrawn(words: Words, pack_id: int, pack: KnownPack) -> str:
    title = plain(pack.title) or plain(pack.slug) or words.untitled(pack_id)
    return f"• {escaped(title, _LONGEST_TITLE)}"


def _link(words: Words, pack: Pack) -> str:
    return f"[{escaped(pack_title(words, pack), _LONGEST_TITLE)}]({pack_link(pack)})"


def _class(words: Words, pack: Pack, name: str) -> str:
    return escaped(class_label(words, name, pack.classes), _LONGEST_CLASS_NAME)
