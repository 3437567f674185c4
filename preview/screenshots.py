"""Take the pictures of docs/ anew: `python -m preview.screenshots docs/pictures`."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import simcord
from PIL import Image
from playwright.async_api import Error, Page

from config import Settings
from preview.browser import open_page
from preview.page import PreviewPage, preview_page

_LANGUAGES = {"en": "en-US", "de": "de"}

# As wide as Discord's messages are on a small laptop, and high enough for the longest.
_WIDTH, _HEIGHT = 860, 2400

# What pictures of flat colours need; a quarter of the file's size.
_COLOURS = 256

_HAS_LOADED = """id => {
    const article = document.querySelector(`article[data-message-id="${id}"]`);
    return article && article.getAttribute("aria-busy") === "false"
        && !article.textContent.includes("unavailable")
        && [...article.querySelectorAll("img")].every(image => image.naturalWidth);
}"""

# The page scrolls to the newest message, which may be while a picture is taken.
_ALONE = """id => {
    const sheet = new CSSStyleSheet();
    const others = `article[data-message-id]:not([data-message-id="${id}"])`;
    sheet.replaceSync(`${others} { display: none }`);
    document.adoptedStyleSheets = [sheet];
}"""

# Discord draws embeds that share an address as one, with their pictures in a grid.
_AS_DISCORD_DRAWS = """article => {
    const cards = [...article.querySelectorAll(".embed-card")];
    const figures = cards.map(card => card.querySelector("figure.embed-image"));
    const rest = cards.slice(1).filter(card => !card.querySelector(".embed-title"));
    if (!rest.length || !figures[0]) return;
    const grid = document.createElement("div");
    grid.style = "display: grid; grid-template-columns: 1fr 1fr; gap: 4px; margin-top: 12px";
    figures[0].before(grid);
    for (const figure of figures.filter(Boolean)) {
        figure.style.margin = 0;
        figure.querySelector("img").style = "width: 100%; height: auto";
        grid.append(figure);
    }
    rest.forEach(card => card.remove());
}"""

# The page may fail to draw a picture when it is busy.
_TRIES = 3

View = Callable[[PreviewPage], Awaitable[simcord.InteractionResult]]


async def _pack(preview: PreviewPage) -> simcord.InteractionResult:
    return await preview.mia.slash(preview.channel, "pack", id="260", page=2)


async def _four_pictures(preview: PreviewPage) -> simcord.InteractionResult:
    options = {"id": "260", "class": "man", "page": 5, "pictures": 4}
    return await preview.mia.slash(preview.channel, "pack", **options)


async def _packs(preview: PreviewPage) -> simcord.InteractionResult:
    return await preview.mia.slash(preview.channel, "packs")


async def _nothing_found(preview: PreviewPage) -> simcord.InteractionResult:
    options = {"search": "spaceships", "class": "woman", "source": "gallery"}
    return await preview.mia.slash(preview.channel, "packs", **options)


async def _no_such_pack(preview: PreviewPage) -> simcord.InteractionResult:
    return await preview.mia.slash(preview.channel, "pack", id="corporate-potraits")


async def _compare(preview: PreviewPage) -> simcord.InteractionResult:
    options = {"first": "260", "second": "301", "third": "351"}
    return await preview.mia.slash(preview.channel, "compare", **options)


async def _private(preview: PreviewPage) -> simcord.InteractionResult:
    return await preview.mia.slash(preview.channel, "pack", id="331", private=True)


async def _shared(preview: PreviewPage) -> simcord.InteractionResult:
    view = message_of(await _private(preview))
    (button,) = (one for one in _custom_ids(view) if ":share:" in one)
    return await preview.mia.click(view, custom_id=button)


async def _show_pack(preview: PreviewPage) -> simcord.InteractionResult:
    text = "https://www.astria.ai/p/royal-cats or https://www.astria.ai/p/good-dogs?"
    sent = await preview.sam.send(preview.channel, text)
    return await preview.mia.context_menu(preview.channel, "Show pack", sent)


async def _hidden(preview: PreviewPage) -> simcord.InteractionResult:
    return await preview.sam.slash(preview.channel, "pack", id="380")


async def _about(preview: PreviewPage) -> simcord.InteractionResult:
    return await preview.sam.slash(preview.channel, "about")


async def _old_data(preview: PreviewPage) -> simcord.InteractionResult:
    preview.astria.answer_all({}, status=503)
    await preview.env.advance_time(20 * 60)
    await _pack(preview)
    return await _pack(preview)


async def _error(preview: PreviewPage) -> simcord.InteractionResult:
    return await preview.mia.slash(preview.channel, "pack", id="344")


_VIEWS: Mapping[str, View] = {
    "pack": _pack,
    "four-pictures": _four_pictures,
    "packs": _packs,
    "nothing-found": _nothing_found,
    "no-such-pack": _no_such_pack,
    "compare": _compare,
    "private": _private,
    "shared": _shared,
    "show-pack": _show_pack,
    "hidden": _hidden,
    "about": _about,
    # From here on Astria is down.
    "old-data": _old_data,
    "error": _error,
}
_SEEN_BY_SAM = {"hidden", "about"}


def message_of(result: simcord.InteractionResult) -> simcord.ResponseMessage:
    """Return the message that an interaction ended with."""
    message = result.followups[-1] if result.followups else result.response
    if message is None:
        raise RuntimeError("there is no answer")
    return message


def _custom_ids(message: simcord.ResponseMessage) -> list[str]:
    return [str(one.get("custom_id")) for row in message.components for one in row["components"]]


async def take_pictures(folder: Path) -> None:
    """Write a picture of each view, in each language, into a folder."""
    for name, locale in _LANGUAGES.items():
        (folder / name).mkdir(parents=True, exist_ok=True)
        async with (
            preview_page(Settings(), 0, locale=locale) as preview,
            open_page(preview.url, width=_WIDTH, height=_HEIGHT) as page,
        ):
            for view, show in _VIEWS.items():
                message = message_of(await show(preview))
                viewer = "Sam" if view in _SEEN_BY_SAM else "Mia"
                picture = await _picture_of(page, message, viewer)
                picture.save(folder / name / f"{view}.png", optimize=True)
                preview.env.backend.delete_message(message.channel_id, message.id)


async def _picture_of(page: Page, message: simcord.ResponseMessage, viewer: str) -> Image.Image:
    for _ in range(_TRIES):
        await page.reload()
        await page.locator("#viewer-picker").select_option(label=viewer)
        with suppress(Error):
            await page.wait_for_function(_HAS_LOADED, arg=str(message.id), timeout=10_000)
            break
    article = page.locator(f"article[data-message-id='{message.id}']")
    await page.evaluate(_ALONE, str(message.id))
    await article.evaluate(_AS_DISCORD_DRAWS)
    taken = Image.open(BytesIO(await article.screenshot()))
    return taken.convert("RGB").quantize(_COLOURS)


if __name__ == "__main__":
    asyncio.run(take_pictures(Path(sys.argv[1])))
