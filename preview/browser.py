"""Drive the preview's page in Chromium: for the pictures in docs/, and for the browser test."""

from __future__ import annotations

import shutil
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from playwright.async_api import Locator, Page, async_playwright

# Chromium has a sandbox of its own that does not work for root; the page is our own.
# The rest keeps it from calling home.
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


def chromium() -> str | None:
    """Return the path of the Chromium on this machine, if there is one."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)


@asynccontextmanager
async def open_page(url: str, *, width: int, height: int) -> AsyncGenerator[Page]:
    """Open the preview in Chromium, in a window of that size in pixels."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium(), args=list(_ARGUMENTS)
        )
        page = await browser.new_page(viewport={"width": width, "height": height})
        await page.goto(url)
        await page.locator("#channel-composer-input").wait_for()
        yield page
        await browser.close()


async def begin_command(page: Page, name: str) -> None:
    """Type a slash command and choose it from the list that appears."""
    await page.locator("#channel-composer-input").click()
    await page.keyboard.type(f"/{name}")
    # The best match comes first: "/pack" before "/packs".
    await page.locator("[role=option]:visible", has_text=f"/{name}").first.click()


async def type_option(page: Page, option: str, text: str) -> Locator:
    """Type into an option of the command, and return the first choice that the bot offers."""
    await page.locator(f"input[data-option='{option}']").click()
    await page.keyboard.type(text)
    choice = page.locator("[role=option]:visible").first
    await choice.wait_for()
    return choice


async def send(page: Page) -> Locator:
    """Send the command, and return the message that answers it."""
    messages = page.locator("article.channel-message")
    before = await messages.count()
    await page.locator("#send-message").click()
    answer = messages.nth(before)
    await answer.wait_for()
    await settled(page)
    return answer


async def settled(page: Page) -> None:
    """Wait until the page shows the last answer with its pictures, and takes the next click."""
    await page.wait_for_function(
        "() => !document.querySelector('[aria-busy=true]')"
        " && [...document.querySelectorAll('.embed-media img')].every(image => image.complete)"
    )
    await page.wait_for_timeout(400)
