"""Limits per member: requests to Astria, and suggestions."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Awaitable, Callable
from functools import partial

import discord
import pytest
import simcord
from aiohttp import web

from cogs.interactions.allowances import LOOKUPS_A_MEMBER, LOOKUPS_AT_ONCE
from standins.astria.answers import Answer
from standins.astria.pack_builders import made_up_pack
from standins.astria.server import Astria
from tests.e2e.conftest import World
from tests.e2e.shown import message_of, text_of

SLOW_DOWN = "That was a lot at once"


def looked_up(astria: Astria) -> int:
    return sum(request.path.startswith("/p/") for request in astria.requests)


async def invented_links(world: World, first: int) -> str:
    links = "\n".join(f"https://www.astria.ai/p/{number}" for number in range(first, first + 25))
    sent = await world.alice.send(world.channel, links)
    return text_of(message_of(await world.alice.context_menu(world.channel, "Show pack", sent)))


async def test_invented_links_are_limited(world: World, astria: Astria) -> None:
    await invented_links(world, 1000)
    assert looked_up(astria) == LOOKUPS_AT_ONCE
    answers = [await invented_links(world, 1000 + 25 * turn) for turn in range(1, 10)]
    assert looked_up(astria) == LOOKUPS_A_MEMBER
    assert SLOW_DOWN in answers[-1]
    # Other members are not affected, and data in memory is free.
    astria.offer(made_up_pack(1))
    assert message_of(await world.bob.slash(world.channel, "pack", id="1")).embeds
    assert message_of(await world.alice.slash(world.channel, "pack", id="1")).embeds
    await world.env.advance_time(30)
    astria.offer(made_up_pack(2))
    assert message_of(await world.alice.slash(world.channel, "pack", id="2")).embeds


def at_most(requests: int, seconds: float) -> Callable[[web.Request], Answer | None]:
    """Return the fault of an Astria with a limit of requests per seconds."""
    taken = deque[float]()

    def fault(_: web.Request) -> Answer | None:
        now = time.monotonic()
        while taken and taken[0] <= now - seconds:
            taken.popleft()
        if len(taken) >= requests:
            return Answer.refusing(429, **{"Retry-After": "60"})
        taken.append(now)
        return None

    return fault


async def test_one_member_cannot_use_up_a_rate_limit(world: World, astria: Astria) -> None:
    astria.offer(*(made_up_pack(number) for number in range(1, 9)))
    # Windows of 20 seconds follow each other: four of them can start within a minute.
    astria.fault = at_most(4 * LOOKUPS_A_MEMBER + 10, 60.0)
    for turn in range(80):
        await invented_links(world, 1000 + 25 * turn)
        if turn % 10 == 9:
            ref = f"{turn // 10 + 1}"
            assert message_of(await world.bob.slash(world.channel, "pack", id=ref)).embeds
        await world.env.advance_time(1.0)
    assert looked_up(astria) >= 4 * LOOKUPS_A_MEMBER


async def test_known_links_open_despite_invented_ones(world: World, astria: Astria) -> None:
    await world.alice.slash(world.channel, "pack", id="260")
    links = [f"https://www.astria.ai/p/{number}" for number in range(1000, 1024)]
    sent = await world.alice.send(world.channel, "\n".join([*links, "https://www.astria.ai/p/260"]))
    message = message_of(await world.alice.context_menu(world.channel, "Show pack", sent))
    assert "Corporate Headshots" in text_of(message)


@pytest.mark.parametrize("command", ["pack", "compare"])
async def test_commands_are_limited(world: World, astria: Astria, command: str) -> None:
    names = {"pack": ["id"], "compare": ["first", "second", "third"]}[command]

    async def ask(turn: int) -> simcord.ResponseMessage:
        ids = {name: f"{5000 + 3 * turn + position}" for position, name in enumerate(names)}
        return message_of(await world.alice.slash(world.channel, command, **ids))

    answer = [await ask(turn) for turn in range(40)][-1]
    assert looked_up(astria) == LOOKUPS_A_MEMBER
    assert SLOW_DOWN in answer.content
    assert answer.ephemeral
    assert "Reference" not in answer.content


async def test_about_is_limited(world: World, astria: Astria) -> None:
    boss_role = world.guild.create_role("Boss", permissions=discord.Permissions(manage_guild=True))
    boss = world.guild.add_member(world.env.create_user("boss"), roles=[boss_role])
    before = astria.asked("/packs")
    said = [
        text_of(message_of(await boss.slash(world.channel, "about")))
        for _ in range(LOOKUPS_A_MEMBER + 5)
    ]
    assert astria.asked("/packs") - before == LOOKUPS_A_MEMBER
    assert SLOW_DOWN in said[-1]
    assert SLOW_DOWN not in said[0]


async def test_budget_does_not_reveal_hidden_packs(world: World, astria: Astria) -> None:
    astria.offer(made_up_pack(7, public_at=None))
    assert message_of(await world.mod.slash(world.channel, "pack", id="7")).embeds
    for turn in range(LOOKUPS_A_MEMBER):
        await world.alice.slash(world.channel, "pack", id=f"{5000 + turn}")
    said = [
        message_of(await world.alice.slash(world.channel, "pack", id=ref)).content
        for ref in ("7", "9999")
    ]
    assert all(SLOW_DOWN in one for one in said)


LONG = ["é" * 4_000, "e" * 190]


async def test_long_class_names_do_not_block_others(world: World, astria: Astria) -> None:
    names = [f"{number} {name}" for number in range(1_000) for name in LONG]
    names += [f"{number} {'é' * 80}" for number in range(1_000)]
    costs = {name: {"cost": 100, "num_images": 3} for name in names}
    astria.offer(made_up_pack(1, costs=costs, prompts_per_class={}))
    await world.restart()
    uses: list[Callable[[], Awaitable[object]]] = []
    for typed in ("7", "woman", "é" * 5_000):
        named: dict[str, object] = {"class": typed}
        uses += [
            partial(world.alice.autocomplete, world.channel, "packs", "class", typed),
            partial(world.alice.slash, world.channel, "packs", **named),
            partial(world.alice.slash, world.channel, "pack", id="1", **named),
        ]
    for use in uses:
        took = list[float]()
        for _ in range(3):
            began = time.thread_time()
            await use()
            took.append(time.thread_time() - began)
        assert min(took) < 0.1
