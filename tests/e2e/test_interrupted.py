"""The bot stops while it answers."""

from __future__ import annotations

import asyncio

from standins.astria.pack_builders import made_up_pack, pack_260
from standins.astria.server import Astria
from tests.e2e.conftest import World
from tests.e2e.shown import message_of, page_of
from tests.waiting import until


async def test_stop_waits_for_answers_that_end_in_time(world: World, astria: Astria) -> None:
    waiting = asyncio.Event()
    astria.answer("/p/1", made_up_pack(1), wait=waiting)
    asked = asyncio.create_task(world.alice.slash(world.channel, "pack", id="1", private=True))
    await until(lambda: astria.asked("/p/1") == 1)
    assert len(world.bot.running.answers) == 1
    asyncio.get_running_loop().call_soon(waiting.set)
    await world.bot.running.finish(10)
    assert not world.bot.running.answers
    assert message_of(await asked).embeds[0].title == "Pack number 1"


async def test_member_of_an_interrupted_answer_is_told(world: World, astria: Astria) -> None:
    message = message_of(await world.alice.slash(world.channel, "pack", id="260"))
    waiting = asyncio.Event()
    astria.answer("/p/1", made_up_pack(1), wait=waiting)
    asked = asyncio.create_task(world.alice.slash(world.channel, "pack", id="1", private=True))
    await until(lambda: astria.asked("/p/1") == 1)
    await world.bot.running.interrupt(10)
    waiting.set()
    answer = message_of(await asked)
    assert answer.ephemeral
    assert "I'm being restarted" in answer.content
    # Earlier messages work with the next process.
    await world.restart()
    await world.alice.click(message, label="Next")
    assert page_of(message) == "2 / 35"


async def test_member_with_an_answer_is_not_told_of_the_restart(
    world: World, astria: Astria
) -> None:
    await world.alice.slash(world.channel, "pack", id="260")
    await world.env.advance_time(301)
    waiting = asyncio.Event()
    astria.answer("/p/260", pack_260(), wait=waiting)
    asked = asyncio.create_task(world.alice.slash(world.channel, "pack", id="260"))
    await until(lambda: len(world.bot.running.rechecks) == 1)
    assert not world.bot.running.answers
    await world.bot.running.interrupt(10)
    waiting.set()
    result = await asked
    assert message_of(result).embeds
    assert not result.followups
    assert not world.bot.running.rechecks
