"""Two processes with one shard, as during a rolling restart: a member sees one bot."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from standins.astria.server import Astria
from standins.discord.interactions import Interaction, Step
from standins.discord.messages import control
from standins.discord.people import Json, members
from standins.discord.server import DiscordServer
from standins.processes import Program, running_bot
from tests.ops.conftest import log_of
from tests.waiting import until

ALICE, BOB = members(2)


@pytest.fixture
async def old(discord: DiscordServer, astria: Astria) -> AsyncIterator[Program]:
    async with running_bot(discord, astria.url, log_format="json") as program:
        await discord.connected()
        yield program


@pytest.fixture
async def new(discord: DiscordServer, astria: Astria, old: Program) -> AsyncIterator[Program]:
    async with running_bot(discord, astria.url, log_format="json") as program:
        await discord.connected(2)
        yield program


def callbacks(asked: Interaction) -> list[bool]:
    return [one.accepted for one in asked.received if one.step is Step.CALLBACK]


async def heard_by_both(asked: Interaction) -> Json:
    """Return the final message after both processes have answered, one of them in vain."""
    message = await asked.finished()
    assert asked.connections == 2
    await until(lambda: len(callbacks(asked)) == 2)
    assert callbacks(asked) == [True, False]
    return message


async def test_member_sees_one_answer(discord: DiscordServer, old: Program, new: Program) -> None:
    for options in ({"id": "260"}, {"id": "260", "private": True}, {"id": "no such pack"}):
        asked = await discord.command("pack", options, by=ALICE)
        await heard_by_both(asked)
        assert len(asked.messages) == 1
    for program in (old, new):
        await program.end()
        assert not [line for line in log_of(program) if line["level"] in {"error", "critical"}]


async def test_view_is_shared_once(discord: DiscordServer, old: Program, new: Program) -> None:
    asked = await discord.command("pack", {"id": "260", "private": True}, by=ALICE)
    view = await heard_by_both(asked)
    shared = await discord.click(view, control(view, "share")["custom_id"], by=ALICE)
    await heard_by_both(shared)
    await until(lambda: len(shared.follow_ups) == 1)
    assert sum(one.step is Step.FOLLOW_UP for one in shared.received) == 1


async def test_controls_work_in_both_processes(
    discord: DiscordServer, astria: Astria, old: Program
) -> None:
    message = await (await discord.command("pack", {"id": "260"}, by=ALICE)).finished()
    async with running_bot(discord, astria.url) as new:
        await discord.connected(2)
        turned = await heard_by_both(
            await discord.click(message, control(message, "next")["custom_id"], by=ALICE)
        )
        copy = await discord.click(turned, control(turned, "last")["custom_id"], by=BOB)
        await heard_by_both(copy)
        assert len(copy.messages) == 1
        assert await old.end() == 0
        last = await discord.click(turned, control(turned, "last")["custom_id"], by=ALICE)
        turned = await last.finished()
        assert new.status is None
    assert "35 of 35" in turned["embeds"][0]["description"]
