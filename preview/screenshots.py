"""Take pictures of the bot's answers, for the guides and for review.

python -m preview.screenshots docs/pictures
python -m preview.screenshots build/views --languages en de es fr --devices desktop phone
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Iterable, Mapping
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.async_api import Error, Locator, Page

from cogs.language.words import Words, words_for
from config import Settings
from ops.logs import set_up_logging
from preview.browser import open_page
from preview.greeting import LOCALES
from preview.page import finish_loading, preview_page
from preview.views import VIEWS, View

# The guides' pictures are as wide as Discord's messages on a small laptop.
_WIDTHS = {"docs": 860, "desktop": 1280, "phone": 390}

# Enough for the longest message.
_HEIGHT = 2400

# All languages and devices take half of it on an idle machine. In seconds.
_LONGEST = 900

# Enough for flat colours, at a quarter of the file size.
_COLOURS = 256

_HAS_LOADED = """id => {
    const article = document.querySelector(`article[data-message-id="${id}"]`);
    return article && article.getAttribute("aria-busy") === "false"
        && !article.textContent.includes("unavailable")
        && [...article.querySelectorAll("img")].every(image => image.naturalWidth);
}"""

# The page scrolls to the newest message, perhaps while a picture is taken.
_ALONE = """id => {
    const sheet = new CSSStyleSheet();
    const others = `article[data-message-id]:not([data-message-id="${id}"])`;
    sheet.replaceSync(`${others} { display: none }`);
    document.adoptedStyleSheets = [sheet];
}"""

# The page needs a moment to follow the window's width, and may keep a margin.
_FITS = """width => {
    const articles = [...document.querySelectorAll("article[data-message-id]")];
    const shown = articles.map(article => article.getBoundingClientRect().width).filter(Boolean);
    return shown.length && shown.every(wide => width - 300 <= wide && wide <= width);
}"""

# Discord shows embeds with the same address as one, with their pictures in a grid.
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

# A busy page may fail to draw a picture, or draw again while a picture is taken.
_TRIES = 3

# In milliseconds.
_PAGE_WAITS = 30_000

_IN_GUIDES = [name for name, view in VIEWS.items() if view.in_guides]


async def take_pictures(
    folder: Path, languages: Iterable[str], devices: Iterable[str], views: Iterable[str]
) -> None:
    """Write a picture of each view into a folder, in each language and for each device."""
    chosen = {name: VIEWS[name] for name in views}
    widths = {device: _WIDTHS[device] for device in devices}
    for language in languages:
        async with (
            preview_page(Settings(), 0, language=language) as preview,
            open_page(preview.url, width=max(widths.values()), height=_HEIGHT) as page,
        ):
            await finish_loading(preview)
            for name, view in chosen.items():
                message = await view.ask(preview)
                pictures = await _pictures_of(page, message.id, view, preview.locale, widths)
                for device, picture in pictures.items():
                    # The guides' pictures are the only ones in their language's folder.
                    place = folder / language / ("" if device == "docs" else device)
                    place.mkdir(parents=True, exist_ok=True)
                    picture.save(place / f"{name}.png", optimize=True)
                preview.env.backend.delete_message(preview.channel.id, message.id)


async def _pictures_of(
    page: Page, message_id: int, view: View, locale: str, widths: Mapping[str, int]
) -> Mapping[str, Image.Image]:
    """Take pictures of a view for each device; try again if the page fails."""
    for tries_left in reversed(range(_TRIES)):
        try:
            shown = await _show(page, message_id, view, words_for(locale))
            return {
                device: await _picture_of(page, shown, width) for device, width in widths.items()
            }
        except Error:
            if not tries_left:
                raise
    return {}


async def _show(page: Page, message_id: int, view: View, words: Words) -> Locator:
    """Show one message alone, with all its pictures, or the box that it opens."""
    await page.reload()
    await page.locator("#viewer-picker").select_option(label=view.viewer)
    await page.wait_for_function(_HAS_LOADED, arg=str(message_id), timeout=_PAGE_WAITS)
    await page.evaluate(_ALONE, str(message_id))
    article = page.locator(f"article[data-message-id='{message_id}']")
    await article.evaluate(_AS_DISCORD_DRAWS)
    if view.opens is None:
        return article
    box = page.get_by_role("dialog")
    await article.get_by_role("button", name=view.opens(words)).click()
    await box.wait_for()
    return box


async def _picture_of(page: Page, shown: Locator, width: int) -> Image.Image:
    await page.set_viewport_size({"width": width, "height": _HEIGHT})
    await page.wait_for_function(_FITS, arg=width, timeout=_PAGE_WAITS)
    taken = Image.open(BytesIO(await shown.screenshot()))
    return taken.convert("RGB").quantize(_COLOURS)


def main() -> None:
    """Take the pictures that the arguments name; without arguments, those of the guides."""
    parser = argparse.ArgumentParser(prog="python -m preview.screenshots", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--languages", nargs="+", choices=LOCALES, default=["en", "de"])
    parser.add_argument("--devices", nargs="+", choices=_WIDTHS, default=["docs"])
    parser.add_argument("--views", nargs="+", choices=VIEWS, default=_IN_GUIDES)
    asked = parser.parse_args()
    # Some views show faults, which would be logged.
    set_up_logging("CRITICAL", "console", [])
    asyncio.run(
        asyncio.wait_for(
            take_pictures(asked.folder, asked.languages, asked.devices, asked.views), _LONGEST
        )
    )


if __name__ == "__main__":
    main()
