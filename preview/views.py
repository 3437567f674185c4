"""The views for the pictures: a question, and the message that answers it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import cast

import discord
import simcord

from api.cache.cached import aged
from api.catalogue.audience import EVERYONE
from api.catalogue.news import KnownPack, News, PriceChange
from api.wire.models import Pack, Price
from cogs.announcements.post import announcement
from cogs.language.words import Words, words_for
from cogs.packs_bot import PacksBot
from preview.page import PreviewPage

Shown = simcord.ResponseMessage


@dataclass(frozen=True, slots=True)
class View:
    """A view to take a picture of."""

    ask: Callable[[PreviewPage], Awaitable[Shown | discord.Message]]
    viewer: str = "Mia"
    opens: Callable[[Words], str] | None = None
    """The label of the button that opens a box, if the picture shows the box."""
    in_guides: bool = False


async def _pack(preview: PreviewPage) -> Shown:
    return await _slash(preview, "pack", id="260", page=2)


async def _four_pictures(preview: PreviewPage) -> Shown:
    options = {"id": "260", "class": "man", "page": 5, "pictures": 4}
    return await _slash(preview, "pack", **options)


async def _many_classes(preview: PreviewPage) -> Shown:
    return await _slash(preview, "pack", id="351")


async def _packs(preview: PreviewPage) -> Shown:
    return await _slash(preview, "packs")


async def _filtered(preview: PreviewPage) -> Shown:
    options = {"class": "man", "sort": "price", "max_price": 4.0, "min_images": 5}
    return await _slash(preview, "packs", **options)


async def _found(preview: PreviewPage) -> Shown:
    return await _slash(preview, "packs", search="linkedin for men", sort="image")


async def _nothing_found(preview: PreviewPage) -> Shown:
    options = {"search": "spaceships", "class": "woman", "source": "gallery", "max_price": 2.0}
    return await _slash(preview, "packs", **options)


async def _closest(preview: PreviewPage) -> Shown:
    return await _slash(preview, "pack", id="linkedn portrats")


async def _no_such_pack(preview: PreviewPage) -> Shown:
    return await _slash(preview, "pack", id="royal dogs")


async def _link_leads_nowhere(preview: PreviewPage) -> Shown:
    return await _slash(preview, "pack", id="https://www.astria.ai/p/royal-cat")


async def _no_such_class(preview: PreviewPage) -> Shown:
    return await _slash(preview, "pack", **{"id": "351", "class": "hamster"})


async def _no_pack_has_class(preview: PreviewPage) -> Shown:
    return await _slash(preview, "packs", **{"class": "hamster"})


async def _compare(preview: PreviewPage) -> Shown:
    return await _slash(preview, "compare", first="260", second="301", third="351")


async def _compare_closest(preview: PreviewPage) -> Shown:
    return await _slash(preview, "compare", first="260", second="linkedn portrats")


async def _compare_with(preview: PreviewPage) -> Shown:
    return await _press(preview, await _pack(preview), "compare:choose")


async def _compare_from_list(preview: PreviewPage) -> Shown:
    shown = await _packs(preview)
    menu = _custom_id(shown, "packs:open")
    values = ["260", "356"]
    return answer(await preview.mia.select(shown, values, custom_id=menu))


async def _from_list(preview: PreviewPage) -> Shown:
    shown = await _filtered(preview)
    menu = _custom_id(shown, "packs:open")
    return answer(await preview.mia.select(shown, ["301"], custom_id=menu))


async def _private(preview: PreviewPage) -> Shown:
    return await _slash(preview, "pack", id="331", private=True)


async def _shared(preview: PreviewPage) -> Shown:
    return await _press(preview, await _private(preview), "pack:share")


async def _private_list(preview: PreviewPage) -> Shown:
    return await _slash(preview, "packs", search="cats", private=True)


async def _own_copy(preview: PreviewPage) -> Shown:
    button = _custom_id(shown := await _pack(preview), "pack:next")
    return answer(await preview.sam.click(shown, custom_id=button))


async def _not_yours(preview: PreviewPage) -> Shown:
    button = _custom_id(shown := await _pack(preview), "post:remove")
    return answer(await preview.sam.click(shown, custom_id=button))


async def _customer_text(preview: PreviewPage) -> Shown:
    return await _press(preview, await _many_classes(preview), "pack:text")


async def _no_such_picture(preview: PreviewPage) -> Shown:
    return await _fill_in(preview, await _pack(preview), "pack:jump", page="99")


async def _bad_price(preview: PreviewPage) -> Shown:
    return await _fill_in(
        preview, await _packs(preview), "packs:narrow", class_key=["-"], price="cheap"
    )


async def _show_pack(preview: PreviewPage) -> Shown:
    text = "https://www.astria.ai/p/royal-cats or https://www.astria.ai/p/good-dogs?"
    return await _shown_for(preview, text)


async def _show_pack_partly(preview: PreviewPage) -> Shown:
    ends = ("royal-cats", "good-dogs", "gone")
    return await _shown_for(preview, " ".join(f"https://www.astria.ai/p/{end}" for end in ends))


async def _understood(preview: PreviewPage) -> Shown:
    return await _shown_for(preview, "how much is corporate headshots for men?")


async def _may_be_meant(preview: PreviewPage) -> Shown:
    return await _shown_for(preview, "something with portraits for my cats or dogs")


async def _no_pack_meant(preview: PreviewPage) -> Shown:
    return await _shown_for(preview, "good morning everybody")


async def _hidden(preview: PreviewPage) -> Shown:
    return answer(await preview.sam.slash(preview.channel, "pack", id="380"))


async def _hidden_list(preview: PreviewPage) -> Shown:
    return answer(await preview.sam.slash(preview.channel, "packs", include="everything"))


async def _about(preview: PreviewPage) -> Shown:
    return answer(await preview.sam.slash(preview.channel, "about"))


async def _help(preview: PreviewPage) -> Shown:
    return await _slash(preview, "help")


async def _new_pack(preview: PreviewPage) -> discord.Message:
    return await _announce(preview, News(new=await _listed(preview, 318)))


async def _news(preview: PreviewPage) -> discord.Message:
    new = await _listed(preview, 318, 351)
    (cats,) = await _listed(preview, 331)
    change = PriceChange(cats, "cat", Price(Decimal("2.40")), Price(Decimal("1.80")))
    return await _announce(preview, News(new, [change], {9: KnownPack("Beach Holiday")}))


async def _old_data(preview: PreviewPage) -> Shown:
    preview.astria.answer_all({}, status=503)
    await preview.env.advance_time(20 * 60)
    await _pack(preview)
    return await _pack(preview)


async def _error(preview: PreviewPage) -> Shown:
    preview.astria.answer_all({}, status=503)
    # The bot knows nothing of this pack, and cannot find out whether it exists.
    return await _slash(preview, "pack", id="999")


VIEWS: Mapping[str, View] = {
    "pack": View(_pack, in_guides=True),
    "four-pictures": View(_four_pictures, in_guides=True),
    "many-classes": View(_many_classes),
    "packs": View(_packs, in_guides=True),
    "filtered": View(_filtered),
    "found": View(_found),
    "nothing-found": View(_nothing_found, in_guides=True),
    "closest": View(_closest),
    "no-such-pack": View(_no_such_pack, in_guides=True),
    "link-leads-nowhere": View(_link_leads_nowhere),
    "no-such-class": View(_no_such_class),
    "no-pack-has-class": View(_no_pack_has_class),
    "compare": View(_compare, in_guides=True),
    "compare-closest": View(_compare_closest),
    "compare-with": View(_compare_with),
    "compare-from-list": View(_compare_from_list),
    "from-list": View(_from_list),
    "private": View(_private, in_guides=True),
    "private-list": View(_private_list),
    "shared": View(_shared, in_guides=True),
    "own-copy": View(_own_copy, viewer="Sam"),
    "not-yours": View(_not_yours, viewer="Sam"),
    "customer-text": View(_customer_text, in_guides=True),
    "jump": View(_pack, opens=lambda words: words.go_to),
    "no-such-picture": View(_no_such_picture),
    "narrow": View(_filtered, opens=lambda words: words.narrow, in_guides=True),
    "bad-price": View(_bad_price),
    "show-pack": View(_show_pack, in_guides=True),
    "show-pack-partly": View(_show_pack_partly),
    "understood": View(_understood),
    "may-be-meant": View(_may_be_meant),
    "no-pack-meant": View(_no_pack_meant),
    "hidden": View(_hidden, viewer="Sam", in_guides=True),
    "hidden-list": View(_hidden_list, viewer="Sam"),
    "about": View(_about, viewer="Sam", in_guides=True),
    "help": View(_help),
    # These views load packs by another clock than the bot's: later views may show another time.
    "new-pack": View(_new_pack),
    "news": View(_news),
    # From here on Astria is down.
    "old-data": View(_old_data, in_guides=True),
    "error": View(_error, in_guides=True),
}


def answer(result: simcord.InteractionResult) -> Shown:
    """Return the final message of an interaction."""
    message = result.followups[-1] if result.followups else result.response
    if message is None:
        raise RuntimeError("there is no answer")
    return message


async def _slash(preview: PreviewPage, name: str, **options: object) -> Shown:
    return answer(await preview.mia.slash(preview.channel, name, **options))


async def _press(preview: PreviewPage, message: Shown, action: str) -> Shown:
    return answer(await preview.mia.click(message, custom_id=_custom_id(message, action)))


async def _fill_in(preview: PreviewPage, message: Shown, action: str, **filled_in: object) -> Shown:
    box = await preview.mia.click(message, custom_id=_custom_id(message, action))
    return answer(await preview.mia.submit_modal(box, filled_in))


async def _shown_for(preview: PreviewPage, text: str) -> Shown:
    sent = await preview.sam.send(preview.channel, text)
    return answer(await preview.mia.context_menu(preview.channel, "Show pack", sent))


async def _listed(preview: PreviewPage, *ids: int) -> list[Pack]:
    catalogue = cast(PacksBot, preview.env.bot).catalogue
    return [(await catalogue.pack(one, EVERYONE)).value for one in ids]


async def _announce(preview: PreviewPage, news: News) -> discord.Message:
    bot = cast(PacksBot, preview.env.bot)
    # The clock here is not the bot's clock.
    opened = aged(news.new[0], 0) if len(news.new) == 1 else None
    post = announcement(words_for(preview.locale), news, opened)
    channel = bot.get_partial_messageable(preview.channel.id)
    view = post.view or discord.utils.MISSING
    return await channel.send(post.content, embeds=post.embeds, view=view)


def _custom_id(message: Shown, action: str) -> str:
    """Return the `custom_id` of a message's control for an action."""
    controls = (one for row in message.components for one in row["components"])
    ids = (str(one.get("custom_id")) for one in controls)
    return next(custom_id for custom_id in ids if custom_id.startswith(action))
