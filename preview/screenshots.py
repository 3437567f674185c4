"""Take pictures of what the bot answers, for the guides and to look at.

python -m preview.screenshots docs/pictures
python -m preview.screenshots build/views --languages en de es fr --devices desktop phone
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import simcord
from PIL import Image
from playwright.async_api import Error, Locator, Page

from config import Settings
from ops.logs import set_up_logging
from preview.browser import open_page
from preview.greeting import LOCALES
from preview.page import PreviewPage, preview_page

# The guides' pictures are as wide as Discord's messages on a small laptop.
_WIDTHS = {"docs": 860, "desktop": 1280, "phone": 390}

# Enough for the longest message.
_HEIGHT = 2400

# All languages and devices take half of it, on a machine with nothing else to do. In seconds.
_LONGEST = 900

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


async def _filtered(preview: PreviewPage) -> simcord.InteractionResult:
    options = {"class": "man", "sort": "price", "max_price": 4.0}
    return await preview.mia.slash(preview.channel, "packs", **options)


async def _closest(preview: PreviewPage) -> simcord.InteractionResult:
    return await preview.mia.slash(preview.channel, "pack", id="linkedn portrats")


async def _no_such_pack(preview: PreviewPage) -> simcord.InteractionResult:
    return await preview.mia.slash(preview.channel, "pack", id="royal dogs")


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
    preview.astria.answer_all({}, status=503)
    # Nothing is known of it, and nobody can tell whether there is such a pack.
    return await preview.mia.slash(preview.channel, "pack", id="999")


VIEWS: Mapping[str, View] = {
    "pack": _pack,
    "four-pictures": _four_pictures,
    "packs": _packs,
    "filtered": _filtered,
    "nothing-found": _nothing_found,
    "closest": _closest,
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


async def take_pictures(
    folder: Path, languages: Iterable[str], devices: Iterable[str], views: Iterable[str]
) -> None:
    """Write a picture of each view into a folder, in each language and as on each device."""
    widths = {device: _WIDTHS[device] for device in devices}
    for language in languages:
        async with (
            preview_page(Settings(), 0, language=language) as preview,
            open_page(preview.url, width=max(widths.values()), height=_HEIGHT) as page,
        ):
            for name in views:
                message = message_of(await VIEWS[name](preview))
                await _show(page, message, "Sam" if name in _SEEN_BY_SAM else "Mia")
                for device, width in widths.items():
                    picture = await _picture_of(page, message, width)
                    # The pictures of the guides have their language's folder to themselves.
                    place = folder / language / ("" if device == "docs" else device)
                    place.mkdir(parents=True, exist_ok=True)
                    picture.save(place / f"{name}.png", optimize=True)
                preview.env.backend.delete_message(message.channel_id, message.id)


async def _show(page: Page, message: simcord.ResponseMessage, viewer: str) -> None:
    """Show a message alone, as somebody sees it, with all its pictures."""
    for _ in range(_TRIES):
        await page.reload()
        await page.locator("#viewer-picker").select_option(label=viewer)
        with suppress(Error):
            await page.wait_for_function(_HAS_LOADED, arg=str(message.id), timeout=10_000)
            break
    await page.evaluate(_ALONE, str(message.id))
    await _article(page, message).evaluate(_AS_DISCORD_DRAWS)


async def _picture_of(page: Page, message: simcord.ResponseMessage, width: int) -> Image.Image:
    await page.set_viewport_size({"width": width, "height": _HEIGHT})
    taken = Image.open(BytesIO(await _article(page, message).screenshot()))
    return taken.convert("RGB").quantize(_COLOURS)


def _article(page: Page, message: simcord.ResponseMessage) -> Locator:
    return page.locator(f"article[data-message-id='{message.id}']")


def main() -> None:
    """Take the pictures that the arguments name; those of the guides, if they name none."""
    parser = argparse.ArgumentParser(prog="python -m preview.screenshots", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--languages", nargs="+", choices=LOCALES, default=["en", "de"])
    parser.add_argument("--devices", nargs="+", choices=_WIDTHS, default=["docs"])
    parser.add_argument("--views", nargs="+", choices=VIEWS, default=list(VIEWS))
    asked = parser.parse_args()
    # What fails is part of some views.
    set_up_logging("CRITICAL", "console", [])
    asyncio.run(
        asyncio.wait_for(
            take_pictures(asked.folder, asked.languages, asked.devices, asked.views), _LONGEST
        )
    )


if __name__ == "__main__":
    main()
