"""Too many requests are refused, and the reply says when to try again."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import simcord

from cogs.interactions.cooldown import Cooldowns
from tests.e2e.conftest import World
from tests.e2e.shown import message_of, page_of

HUMAN, SCRIPT = 1 / 3, 1 / 20
"""Seconds between clicks: of a quick person, and of a script."""


async def test_quick_person_is_never_refused(world: World) -> None:
    message = message_of(await world.alice.slash(world.channel, "pack", id="260"))
    for label in ["Next"] * 34 + ["Previous"] * 34 + ["Next"] * 34:
        await world.env.advance_time(HUMAN)
        clicked = await world.alice.click(message, label=label)
        assert message_of(clicked).id == message.id
    assert page_of(message) == "35 / 35"


def test_quick_person_is_not_refused_for_minutes() -> None:
    cooldowns, moment = Cooldowns(), datetime(2026, 1, 1, tzinfo=UTC)
    for click in range(2000):
        assert cooldowns.hit(1, moment + timedelta(seconds=click * HUMAN)) is None


async def test_script_is_refused_for_a_while(world: World) -> None:
    answers: list[simcord.ResponseMessage] = []
    for _ in range(90):
        await world.env.advance_time(SCRIPT)
        answers.append(message_of(await world.alice.slash(world.channel, "pack", id="260")))
    refused = [answer for answer in answers if "That was a lot at once" in answer.content]
    assert refused == answers[80:]
    assert all(answer.ephemeral for answer in refused)
    waits = [re.search(r"try again in (\d+) seconds?\.", answer.content) for answer in refused]
    assert all(waits)
    wait = int(waits[-1][1]) if waits[-1] else 0
    assert 1 <= wait <= 20

    other = message_of(await world.bob.slash(world.channel, "pack", id="260"))
    assert other.embeds
    await world.env.advance_time(wait + 1)
    assert message_of(await world.alice.slash(world.channel, "pack", id="260")).embeds


def test_date_in_the_future_does_not_block_the_cooldown() -> None:
    cooldowns, now = Cooldowns(), datetime(2026, 1, 1, tzinfo=UTC)
    cooldowns.hit(1, now + timedelta(hours=1))
    waits = [cooldowns.hit(1, now + timedelta(seconds=second)) for second in range(200)]
    assert waits == [None] * 200


async def test_autocomplete_does_not_count_for_the_cooldown(world: World) -> None:
    for _ in range(90):
        offered = await world.alice.autocomplete(world.channel, "pack", "id", "corp")
        assert len(offered) == 1
    assert message_of(await world.alice.slash(world.channel, "pack", id="260")).embeds
