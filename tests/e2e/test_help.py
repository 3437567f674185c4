"""`/help`: the commands with examples."""

from __future__ import annotations

import re

import pytest

from standins.astria.pack_builders import pack_260
from standins.astria.server import Astria
from tests.e2e.conftest import World
from tests.e2e.shown import message_of, text_of


@pytest.mark.parametrize(
    ("locale", "title", "option"),
    [
        ("en-US", "What you can ask me", "`class: woman`"),
        ("de", "Was du mich fragen kannst", "`klasse: Frau`"),
    ],
)
async def test_help(world: World, astria: Astria, locale: str, title: str, option: str) -> None:
    astria.offer(pack_260())
    await world.restart()
    world.speaks(world.alice, locale)
    message = message_of(await world.alice.slash(world.channel, "help"))
    assert message.ephemeral
    assert message.embeds[0].title == title
    assert option in text_of(message)
    assert "`id: Corporate Headshots`" in text_of(message)
    commands = {one.name: one.id for one in await world.bot.tree.fetch_commands()}
    mentioned = dict(re.findall(r"</(\w+):(\d+)>", str(message.embeds[0].description)))
    assert {name: int(number) for name, number in mentioned.items()} == {
        name: commands[name] for name in ("pack", "packs", "compare")
    }


async def test_help_before_command_ids_are_known(world: World) -> None:
    world.bot.command_ids.clear()
    message = message_of(await world.alice.slash(world.channel, "help"))
    assert "`/packs`" in text_of(message)
    assert "</" not in text_of(message)
