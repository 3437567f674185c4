"""The preview's page in Chromium: for the pictures in docs/, and for the browser test."""

from __future__ import annotations

import shutil
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from playwright.async_api import Page, async_playwright

# Chromium's sandbox does not work for root; the page is our own.
# The other arguments stop its background requests.
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


def chromium() -> str | None:
    """Return the path of Chromium on this machine, if it is installed."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)


@asynccontextmanager
async def open_page(url: str, *, width: int, height: int) -> AsyncGenerator[Page]:
    """Open the preview in Chromium; the size of the window is in pixels."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium(), args=list(_ARGUMENTS)
        )
        page = await browser.new_page(viewport={"width": width, "height": height})
        await page.goto(url)
        await page.locator("#channel-composer-input").wait_for()
        yield page
        await browser.close()
