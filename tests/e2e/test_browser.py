"""The preview in a real browser, as a person sees it who tries the bot."""

from __future__ import annotations

from typing import cast

import discord
import pytest
from playwright.async_api import Locator, expect

from api.catalogue.audience import EVERYONE
from api.catalogue.pack_list import Listing, PackList
from api.wire.models import Pack, Source
from cogs.interactions.reply import Reply
from cogs.language.words import Words, words_for
from cogs.pack.carousel import Place
from cogs.pack.view import reply_at
from cogs.packs.page import Page
from cogs.packs.query import Query
from cogs.packs.view import catalogue_reply
from cogs.packs_bot import PacksBot
from cogs.ui.share import Sharing
from cogs.ui.start import FOUR, ONE
from config import Settings
from preview.browser import chromium, open_page
from preview.greeting import LOCALES
from preview.page import PreviewPage, finish_loading, preview_page
from tests.e2e.browser import begin_command, press, send, type_option

PHONE = 390

A_LIST = Query(Source.ALL)

# The page takes a moment to be as narrow as its window.
FITS = """([id, width]) => {
    const article = document.querySelector(`article[data-message-id="${id}"]`);
    return article && article.clientWidth && article.clientWidth <= width;
}"""

# The top of each button, by label; all at the same time, as loading pictures move them.
TOPS = """article => Object.fromEntries([...article.querySelectorAll("button, a")].map(
    button => [button.innerText.trim(), Math.round(button.getBoundingClientRect().top)]))"""


@pytest.mark.skipif(chromium() is None, reason="there is no Chromium on this machine")
async def test_look_through_pack_260() -> None:
    async with (
        preview_page(Settings(), 0) as preview,
        open_page(preview.url, width=1000, height=1100) as page,
    ):
        await expect(page.get_by_text("You're Mia")).to_be_visible()
        await begin_command(page, "pack")
        choice = await type_option(page, "id", "260")
        await expect(choice).to_contain_text("Corporate Headshots")
        await choice.click()
        message = await send(page)
        await expect(message).to_contain_text("$3.60")

        picture = message.locator("img.embed-image").first
        first = await seen(picture)
        await press(message.get_by_role("button", name="Next"), message.get_by_text("2 of 35"))
        assert await seen(picture) != first

        man = page.get_by_role("option", name="man $3.31").last
        await press(message.get_by_role("combobox"), man)
        await press(man, message.get_by_text("1 of 28"))

        box = page.get_by_role("dialog")
        await press(message.get_by_role("button", name="1 / 28"), box)
        await box.get_by_role("textbox").fill("28")
        await press(box.get_by_role("button", name="Submit"), message.get_by_text("28 of 28"))

        woman = page.get_by_role("option", name="woman $3.60").last
        await press(message.get_by_role("combobox"), woman)
        await press(woman, message.get_by_text("1 of 35"))
        await press(message.get_by_role("button", name="1 / 35"), box)
        await box.get_by_role("textbox").fill("35")
        await press(box.get_by_role("button", name="Submit"), message.get_by_text("35 of 35"))


async def seen(picture: Locator) -> bytes:
    """Wait until the page has loaded a picture; return its content."""
    await picture.evaluate(
        "async image => { while (!image.naturalWidth) await new Promise(requestAnimationFrame) }"
    )
    return await picture.screenshot()


@pytest.mark.skipif(chromium() is None, reason="there is no Chromium on this machine")
async def test_each_row_of_buttons_fits_a_phone_in_every_language() -> None:
    async with (
        preview_page(Settings(), 0) as preview,
        open_page(preview.url, width=PHONE, height=1800) as page,
    ):
        await finish_loading(preview)
        posts = [
            await post(preview, reply)
            for locale in LOCALES.values()
            for words in [words_for(locale)]
            for reply in [
                *await packs_260(preview, words),
                a_list(words, private=True),
                a_list(words, private=False),
            ]
        ]
        await page.reload()
        for sent, rows in posts:
            message = page.locator(f"article[data-message-id='{sent.id}']")
            await page.wait_for_function(FITS, arg=[str(sent.id), PHONE])
            tops = await message.evaluate(TOPS)
            for row in rows:
                assert len({tops[label] for label in row}) == 1, row


async def packs_260(preview: PreviewPage, words: Words) -> list[Reply]:
    """Return a pack in public, and as it is opened from a list; at the end numbers are longest."""
    source = await cast(PacksBot, preview.env.bot).catalogue.pack(260, EVERYONE)
    public = [
        reply_at(
            words, source, Place(260, index=34, size=size), private=False, sharing=Sharing.ABSENT
        )
        for size in (ONE, FOUR)
    ]
    back = A_LIST.custom_id("back")
    private = reply_at(words, source, Place(260), private=True, sharing=Sharing.OFFERED, back=back)
    return [*public, private]


def a_list(words: Words, *, private: bool) -> Reply:
    """Return a page of a list, which can be shared or removed."""
    packs = [Pack(id=number) for number in range(1, 6)]
    page = Page(A_LIST, packs, 9_999, None, Listing(PackList(packs)))
    return catalogue_reply(words, page, private=private, sharing=Sharing.OFFERED)


async def post(preview: PreviewPage, reply: Reply) -> tuple[discord.Message, list[list[str]]]:
    """Post a reply; return also the labels of each of its rows of buttons."""
    assert reply.view is not None
    channel = preview.env.bot.get_partial_messageable(preview.channel.id)
    sent = await channel.send(reply.content, embeds=reply.embeds[:1], view=reply.view)
    rows = [row.children for row in sent.components if isinstance(row, discord.ActionRow)]
    labels = [[str(one.label) for one in row if isinstance(one, discord.Button)] for row in rows]
    return sent, [row for row in labels if row]
