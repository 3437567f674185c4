"""The preview in a real browser, as somebody sees it who tries the bot for the first time."""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, expect

from config import Settings
from preview.browser import chromium, open_page
from preview.page import preview_page
from tests.e2e.browser import begin_command, press, send, type_option


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
    """Return what a picture looks like once it is there: the page loads it later."""
    await picture.evaluate(
        "async image => { while (!image.naturalWidth) await new Promise(requestAnimationFrame) }"
    )
    return await picture.screenshot()
