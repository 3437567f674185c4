"""Show pack: the command in a message's menu."""

from __future__ import annotations

import discord
import pytest
import simcord

from standins.astria.pack_builders import made_up_pack, pack_260
from standins.astria.server import Astria
from tests.e2e.conftest import World
from tests.e2e.shown import labels_of, message_of, options_of, page_of


@pytest.fixture
async def offering(world: World, astria: Astria) -> World:
    astria.offer(pack_260(), *(made_up_pack(n) for n in range(1, 31)))
    await world.restart()
    return world


async def show(world: World, message: discord.Message) -> simcord.ResponseMessage:
    return message_of(await world.bob.context_menu(world.channel, "Show pack", message))


async def show_text(world: World, text: str) -> simcord.ResponseMessage:
    return await show(world, await world.alice.send(world.channel, text))


@pytest.mark.parametrize(
    "text",
    [
        "https://www.astria.ai/p/corporate-headshots",
        "have a look at https://www.astria.ai/p/corporate-headshots.",
        "is it (https://www.astria.ai/p/corporate-headshots)?",
        "https://www.astria.ai/p/corporate-headshots!",
        "<https://www.astria.ai/p/corporate-headshots>",
        "[this one](https://www.astria.ai/p/corporate-headshots)",
        "[this one](<https://www.astria.ai/p/corporate-headshots> 'a title')",
        "**https://www.astria.ai/p/corporate-headshots**",
        "__https://www.astria.ai/p/corporate-headshots__",
        "`https://www.astria.ai/p/corporate-headshots`",
        "||https://www.astria.ai/p/corporate-headshots||",
        "“https://www.astria.ai/p/corporate-headshots”",
        "https://www.astria.ai/p/corporate-headshots?utm=x#top",
        "https://www.astria.ai/p/corporate-headshots/",
        "astria.ai/p/260",
        "HTTPS://WWW.ASTRIA.AI/P/Corporate-Headshots",
        "https://www.astria.ai/p/260 and https://www.astria.ai/p/corporate-headshots",
        "https://www.astria.ai/p/no-such-pack https://www.astria.ai/p/260",
    ],
)
async def test_address_opens_its_pack(offering: World, text: str) -> None:
    message = await show_text(offering, text)
    assert message.ephemeral
    assert message.embeds[0].title == "Corporate Headshots"
    await offering.bob.click(message, label="Next")
    assert page_of(message) == "2 / 35"
    assert "Share" in labels_of(message)


@pytest.mark.parametrize(
    "text",
    [
        "hello",
        "https://www.astria.ai/gallery/packs",
        "https://notastria.ai/p/260",
        "https://www.astria.ai/p/",
        "https://www.astria.ai/p/...",
    ],
)
async def test_no_address(offering: World, text: str) -> None:
    message = await show_text(offering, text)
    assert message.ephemeral
    assert message.content.startswith("I can't tell which pack that message is about")


async def test_address_without_a_pack(offering: World) -> None:
    message = await show_text(offering, "https://www.astria.ai/p/corporate-headshot")
    assert message.content == (
        "That link leads nowhere. I can't find a pack called “corporate\\-headshot”. "
        "Did you mean one of these?"
    )
    assert "Corporate Headshots" in options_of(message)


async def test_several_packs(offering: World) -> None:
    addresses = [f"https://www.astria.ai/p/{ref}" for ref in ("pack-2", "260", "nope", "1", "2")]
    message = await show_text(offering, ", ".join(addresses))
    assert message.ephemeral
    assert message.content == "I can open 4 of the 5 links in that message."
    assert options_of(message) == {
        "Pack number 2": "2",
        "Corporate Headshots": "260",
        "Pack number 1": "1",
    }
    await offering.restart()
    opened = message_of(await offering.bob.select(message, ["1"]))
    assert opened.ephemeral
    assert opened.embeds[0].title == "Pack number 1"


async def test_more_links_than_the_limit(offering: World) -> None:
    text = " ".join(f"https://www.astria.ai/p/{n}" for n in range(1, 31))
    message = await show_text(offering, text)
    assert message.content == "I can open 10 of the 30 links in that message."
    assert len(options_of(message)) == 10


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("/pack id:260 class:man page:3", "3 / 28"),
        ("try this:\n/pack id: corporate-headshots klasse: Mann seite: 3", "3 / 28"),
        ("/pack id:260", "1 / 35"),
        ("/pack id:corporate headshots class:man", "1 / 28"),
        ("/ticket id:12345 corporate headshots for a man?", "1 / 28"),
    ],
)
async def test_copied_command_is_followed(offering: World, text: str, page: str) -> None:
    message = await show_text(offering, text)
    assert message.ephemeral
    assert page_of(message) == page


@pytest.mark.parametrize("text", ["/compare first:260 second:2", "/vergleich erstes:260 zweites:2"])
async def test_copied_comparison_is_followed(offering: World, text: str) -> None:
    message = await show_text(offering, text)
    assert message.content == "There are 2 packs in that message. Which one?"
    assert set(options_of(message).values()) == {"260", "2"}


async def test_own_messages_of_the_bot_are_understood(offering: World) -> None:
    world = offering
    listed = message_of(await world.alice.slash(world.channel, "packs", sort="title"))
    (sent,) = [one for one in world.channel.history() if one.id == listed.id]
    assert len(options_of(await show(world, sent))) == 5
    world.speaks(world.alice, "de")
    await world.alice.slash(world.channel, "pack", **{"id": "260", "class": "man", "page": 7})
    message = await show(world, world.channel.history()[-1])
    assert message.embeds[0].title == "Corporate Headshots"
    assert page_of(message) == "7 / 28"


@pytest.mark.parametrize(
    "embed",
    [
        discord.Embed(title="x", url="https://www.astria.ai/p/260"),
        discord.Embed(description="[x](https://www.astria.ai/p/260)"),
        discord.Embed().add_field(name="x", value="<https://www.astria.ai/p/260>"),
        discord.Embed(description="x").set_footer(text="https://www.astria.ai/p/260"),
        discord.Embed(description="x").set_author(name="x", url="https://www.astria.ai/p/260"),
    ],
)
async def test_addresses_in_embeds(offering: World, embed: discord.Embed) -> None:
    webhook = offering.guild.create_webhook(offering.channel)
    message = await show(offering, await webhook.send("", embeds=[embed]))
    assert message.embeds[0].title == "Corporate Headshots"


async def test_addresses_in_forwarded_messages(offering: World) -> None:
    world = offering
    other = world.guild.create_text_channel("other")
    sent = await world.alice.send(other, "https://www.astria.ai/p/260")
    forwarded = await world.alice.forward(sent, world.channel)
    message = await show(world, forwarded)
    assert message.embeds[0].title == "Corporate Headshots"


async def test_astria_is_down(offering: World, astria: Astria) -> None:
    world = offering
    astria.fail("/p/1", 500)
    astria.fail("/p/2", 500)
    message = await show_text(world, "https://www.astria.ai/p/1 https://www.astria.ai/p/2")
    assert message.ephemeral
    # Their list knows them.
    assert set(options_of(message).values()) == {"1", "2"}
    astria.fail("/packs", 500)
    astria.fail("/gallery/packs", 500)
    await world.restart()
    message = await show_text(world, "https://www.astria.ai/p/1 https://www.astria.ai/p/2")
    assert message.ephemeral
    assert "Astria isn't answering" in message.content
