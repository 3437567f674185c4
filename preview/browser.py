"""Drive the preview's page in Chromium: for the pictures in docs/, and for the browser test."""

from __future__ import annotations

import shutil
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

from playwright.async_api import Error, Locator, Page, async_playwright

# Chromium has a sandbox of its own that does not work for root; the page is our own.
# The rest keeps it from calling home.
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


_TRIES = 5


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
    answer = messages.nth(await messages.count())
    await press(page.locator("#send-message"), answer)
    return answer


async def press(control: Locator, outcome: Locator) -> None:
    """Press a control until its outcome shows: the page drops a click while it is busy."""
    for _ in range(_TRIES):
        await control.click()
        with suppress(Error):
            await outcome.wait_for(timeout=4000)
            return
    raise AssertionError(f"pressing {control} has not led to {outcome}")
