"""Take the pictures of docs/ anew: `python -m preview.screenshots docs`."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from cogs.bot import PacksBot
from config import PreviewSettings
from preview.browser import begin_command, open_page, press, send, type_option
from preview.page import preview_page

_WIDTH, _HEIGHT = 1000, 1180


async def take_pictures(folder: Path) -> None:
    """Write a picture of each view into a folder."""
    async with preview_page(PacksBot, PreviewSettings(), 0) as url:
        async with open_page(url, width=_WIDTH, height=_HEIGHT) as page:
            await begin_command(page, "pack")
            await (await type_option(page, "id", "260")).click()
            message = await send(page)
            await press(message.get_by_role("button", name="Next"), message.get_by_text("2 of 35"))
            await page.wait_for_timeout(1500)
            await message.screenshot(path=folder / "pack.png")
        async with open_page(url, width=_WIDTH, height=_HEIGHT) as page:
            await begin_command(page, "packs")
            message = await send(page)
            await page.wait_for_timeout(1500)
            await message.screenshot(path=folder / "packs.png")


if __name__ == "__main__":
    asyncio.run(take_pictures(Path(sys.argv[1])))
