"""Faults of Discord, deleted messages, and simultaneous clicks."""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import Iterator

import pytest

from standins.astria.pack_builders import made_up_pack
from standins.astria.server import Astria
from tests.e2e.conftest import World
from tests.e2e.shown import message_of, page_of
from tests.waiting import until

CALLBACK = ("POST", "/interactions/*/callback")
EDIT = ("PATCH", "/webhooks/*")
FOLLOW_UP = ("POST", "/webhooks/*")

OVER = [(404, 10062), (400, 40060), (404, 10008)]
REFUSALS = [(403, 50013), (403, 50001), (400, 50083)]
FAULTS = [(500, 0), (503, 0), (429, 0)]


@pytest.fixture(autouse=True)
def nothing_unhandled(world: World, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fail if a library, or asyncio, reports an unhandled fault."""
    yield
    gc.collect()
    assert not [one.getMessage() for one in caplog.records if one.levelno >= logging.ERROR]


@pytest.mark.parametrize(("status", "code"), OVER + REFUSALS + FAULTS)
async def test_refused_answer_from_memory(world: World, status: int, code: int) -> None:
    await world.alice.slash(world.channel, "pack", id="260")
    world.env.inject_error(*CALLBACK, status=status, code=code)
    result = await world.alice.slash(world.channel, "pack", id="260")
    # A temporary failure gives an error message; otherwise nobody waits, or may be answered.
    assert result.acknowledged == ((status, code) in FAULTS)
    if result.acknowledged:
        assert "Reference:" in message_of(result).content
    assert message_of(await world.alice.slash(world.channel, "pack", id="260")).embeds


@pytest.mark.parametrize(("status", "code"), OVER + REFUSALS + FAULTS)
async def test_refused_error_message(world: World, status: int, code: int) -> None:
    await world.alice.slash(world.channel, "pack", id="260")
    world.env.inject_error(*CALLBACK, status=status, code=code)
    result = await world.alice.slash(world.channel, "pack", id="260", **{"class": "spaceship"})
    # discord.py does not repeat requests that the proxy in front of Discord has refused.
    assert result.acknowledged == (status == 429)
    if result.acknowledged:
        assert "spaceship" in message_of(result).content


@pytest.mark.parametrize(("status", "code"), OVER + REFUSALS + FAULTS)
async def test_refused_deferred_answer(
    world: World, astria: Astria, status: int, code: int
) -> None:
    astria.offer(made_up_pack(1))
    world.env.inject_error(*EDIT, status=status, code=code)
    await world.alice.slash(world.channel, "pack", id="1")
    assert world.deferrals() == 1
    assert message_of(await world.alice.slash(world.channel, "pack", id="1")).embeds


@pytest.mark.parametrize(("status", "code"), OVER + REFUSALS + FAULTS)
async def test_refused_deferral(world: World, astria: Astria, status: int, code: int) -> None:
    astria.offer(made_up_pack(1))
    before = asyncio.all_tasks()
    world.env.inject_error(*CALLBACK, status=status, code=code)
    await world.alice.slash(world.channel, "pack", id="1")
    # The started load ends, and there is no second request.
    await until(lambda: asyncio.all_tasks() <= before)
    assert message_of(await world.alice.slash(world.channel, "pack", id="1")).embeds
    assert astria.asked("/p/1") == 1


async def test_deferral_is_sent_again_after_429_of_the_proxy(world: World, astria: Astria) -> None:
    astria.offer(made_up_pack(1))
    world.env.inject_error(*CALLBACK, status=429)
    shown = message_of(await world.alice.slash(world.channel, "pack", id="1"))
    assert shown.embeds
    await world.restart()
    world.env.inject_error(*CALLBACK, status=429)
    await world.alice.click(shown, label="Next")
    assert page_of(shown) == "2 / 3"


@pytest.mark.parametrize(("status", "code"), OVER + REFUSALS + FAULTS)
async def test_refused_follow_up(world: World, status: int, code: int) -> None:
    world.env.inject_error(*FOLLOW_UP, status=status, code=code)
    await world.alice.slash(world.channel, "pack", id="no such pack")
    said = message_of(await world.alice.slash(world.channel, "pack", id="no such pack"))
    assert "I can't find a pack" in said.content


@pytest.mark.parametrize(("status", "code"), OVER + REFUSALS + FAULTS)
async def test_refused_edit_after_a_fetch(world: World, status: int, code: int) -> None:
    message = message_of(await world.alice.slash(world.channel, "pack", id="260"))
    await world.restart()
    world.env.inject_error(*EDIT, status=status, code=code)
    await world.alice.click(message, label="Next")
    assert page_of(message) == "1 / 35"
    await world.alice.click(message, label="Next")
    assert page_of(message) == "2 / 35"


async def test_box_of_a_deleted_message(world: World) -> None:
    message = message_of(await world.alice.slash(world.channel, "pack", id="260"))
    box = await world.alice.click(message, label="Go to… 1 / 35")
    world.env.inject_error(*CALLBACK, status=404, code=10008, message="Unknown Message")
    result = await world.alice.submit_modal(box, {"page": "7"})
    assert not result.followups
    await world.alice.submit_modal(
        await world.alice.click(message, label="Go to… 1 / 35"), {"page": "7"}
    )
    assert page_of(message) == "7 / 35"


@pytest.mark.parametrize(("status", "code"), OVER + REFUSALS + FAULTS)
async def test_refused_page_turn(world: World, status: int, code: int) -> None:
    message = message_of(await world.alice.slash(world.channel, "pack", id="260"))
    world.env.inject_error(*CALLBACK, status=status, code=code)
    await world.alice.click(message, label="Next")
    assert page_of(message) == "1 / 35"
    await world.alice.click(message, label="Next")
    assert page_of(message) == "2 / 35"


@pytest.mark.parametrize(("status", "code"), OVER + REFUSALS + FAULTS)
async def test_refused_private_copy(world: World, status: int, code: int) -> None:
    message = message_of(await world.alice.slash(world.channel, "pack", id="260"))
    world.env.inject_error(*CALLBACK, status=status, code=code)
    await world.bob.click(message, label="Next")
    assert message_of(await world.bob.click(message, label="Next")).ephemeral
    assert page_of(message) == "1 / 35"


async def test_discord_refuses_every_request(world: World) -> None:
    message = message_of(await world.alice.slash(world.channel, "pack", id="260"))
    for route in (CALLBACK, EDIT, FOLLOW_UP):
        world.env.inject_error(*route, status=500, times=None)
    await world.alice.slash(world.channel, "pack", id="260")
    await world.alice.slash(world.channel, "pack", id="no such pack")
    await world.alice.click(message, label="Next")
    world.env.backend.faults.clear()
    await world.alice.click(message, label="Next")
    assert page_of(message) == "2 / 35"


async def test_deleted_message(world: World) -> None:
    message = message_of(await world.alice.slash(world.channel, "pack", id="260"))
    world.env.inject_error(*CALLBACK, status=404, code=10008, message="Unknown Message")
    result = await world.alice.click(message, label="Next")
    assert not result.followups


async def test_double_click_turns_one_page(world: World) -> None:
    message = message_of(await world.alice.slash(world.channel, "pack", id="260"))
    async with world.at_once():
        first = await world.alice.click(message, label="Next")
        second = await world.alice.click(message, label="Next")
    # Both lead to the same page, so it is turned once.
    assert page_of(message) == "2 / 35"
    assert first.acknowledged
    assert second.acknowledged
    assert not first.followups + second.followups


async def test_two_members_click_at_the_same_time(world: World) -> None:
    message = message_of(await world.alice.slash(world.channel, "pack", id="260"))
    async with world.at_once():
        await world.alice.click(message, label="Next")
        bobs = await world.bob.click(message, label="Last")
    assert page_of(message) == "2 / 35"
    copy = message_of(bobs)
    assert copy.ephemeral
    assert page_of(copy) == "35 / 35"


async def test_many_members_open_one_pack_not_in_memory(world: World, astria: Astria) -> None:
    astria.offer(made_up_pack(1))
    members = [world.member(f"member {number}") for number in range(100)]
    async with world.at_once():
        results = [await one.slash(world.channel, "pack", id="1") for one in members]
    assert astria.asked("/p/1") == 1
    assert all(message_of(result).embeds[0].title == "Pack number 1" for result in results)


@pytest.mark.parametrize(("status", "code"), OVER + REFUSALS + FAULTS)
async def test_refused_suggestions(world: World, status: int, code: int) -> None:
    await world.alice.slash(world.channel, "packs")
    world.env.inject_error(*CALLBACK, status=status, code=code)
    await world.alice.autocomplete(world.channel, "pack", "id", "corp")
    again = await world.alice.autocomplete(world.channel, "pack", "id", "corp")
    assert again


@pytest.mark.parametrize(("status", "code"), OVER + REFUSALS + FAULTS)
async def test_refused_deferral_of_a_share(world: World, status: int, code: int) -> None:
    shown = await world.alice.slash(world.channel, "pack", id="260", private=True)
    world.env.inject_error(*CALLBACK, status=status, code=code)
    # No work is started that nobody awaits: Python would warn, and the test would fail.
    refused = await world.alice.click(message_of(shown), label="Share")
    assert not [message for message in refused.followups if not message.ephemeral]
    posted = await world.alice.click(message_of(shown), label="Share")
    assert [message.ephemeral for message in posted.followups] == [False]
