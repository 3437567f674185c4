"""Use the preview's page in a browser, like a person who tries the bot."""

from __future__ import annotations

from contextlib import suppress

from playwright.async_api import Error, Locator, Page, Request

_TRIES = 5


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
    """Press a control, and wait for its outcome.

    The page ignores a click while it is busy, and sends nothing: only such a click is repeated.
    """
    sent: list[Request] = []
    control.page.on("request", lambda request: sent.append(request))
    for _ in range(_TRIES):
        await control.click()
        with suppress(Error):
            await outcome.wait_for(timeout=4_000)
            return
        if any(request.method == "POST" for request in sent):
            break
    await outcome.wait_for(timeout=60_000)
