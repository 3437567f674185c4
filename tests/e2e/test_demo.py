"""The demo, as a person sees it who tries the bot."""

from __future__ import annotations

from io import BytesIO

import discord
import pytest
from PIL import Image

from cogs.packs_bot import PacksBot
from config import Settings
from preview.greeting import LOCALES
from preview.page import PreviewPage, preview_page
from standins.astria.demo_packs import demo_packs
from standins.astria.pictures import Pictures
from tests.e2e.shown import message_of, text_of


def greeting_of(page: PreviewPage) -> str:
    (message,) = page.env.backend.messages[page.channel.id].values()
    return message.content


@pytest.mark.parametrize("language", LOCALES)
async def test_greeting_names_every_command_and_both_people(language: str) -> None:
    async with preview_page(Settings(), 0, language=language) as page:
        said = greeting_of(page)
        assert isinstance(page.env.bot, PacksBot)
        commands = page.env.bot.tree.get_commands(type=discord.AppCommandType.chat_input)
        named = [command.name for command in commands]
        assert {"pack", "packs", "compare", "about"} <= set(named)
        for name in (*named, "Mia", "**Sam**"):
            assert name in said
        assert len(said) <= 2000
        shown = text_of(message_of(await page.mia.slash(page.channel, "packs")))
        price = "$3.60" if language == "en" else "3,60"
        assert price in shown


async def test_flagship_comes_first_with_its_pictures() -> None:
    async with preview_page(Settings(), 0) as page:
        message = message_of(await page.mia.slash(page.channel, "packs"))
        assert message.embeds[0].title == "Corporate Headshots"
        assert {"35 images", "28 images"} <= set(
            str(message.embeds[0].description).replace("\n", " · ").split(" · ")
        )


async def test_sam_sees_hidden_packs() -> None:
    async with preview_page(Settings(), 0) as page:
        hidden = message_of(await page.sam.slash(page.channel, "pack", id="380"))
        assert hidden.embeds[0].title == "Autumn Draft"
        missed = message_of(await page.mia.slash(page.channel, "pack", id="380"))
        assert "Autumn Draft" not in text_of(missed)


def test_each_address_has_its_own_picture() -> None:
    packs = demo_packs().all
    pictures = Pictures(packs)
    named = {str(pack["cover_url"]) for pack in packs if pack.get("cover_url")} | {
        url
        for pack in packs
        for prompts in pack["prompts_per_class"].values()
        for prompt in prompts
        for url in prompt["images"]
    }
    assert set(pictures) == named
    assert len(named) == len(pictures) > 200
    drawn = [pictures[url] for url in sorted(named)[:12]]
    assert len({jpeg for _, jpeg in drawn}) == len(drawn)
    for name, jpeg in drawn:
        assert name.endswith(".jpg")
        assert Image.open(BytesIO(jpeg)).size == (512, 640)
    with pytest.raises(KeyError):
        pictures["https://pictures.example/none.jpg"]
