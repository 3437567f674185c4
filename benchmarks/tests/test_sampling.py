"""How figures are made of samples, and what is printed of them."""

from __future__ import annotations

import asyncio
from time import perf_counter

import pytest

from benchmarks.measures.loading import longest_block
from benchmarks.report import Row, line
from benchmarks.sampling import Spread, alternate, at_once, latencies, percentile, ratios
from benchmarks.subjects import (
    Subject,
    UnexpectedAnswer,
    answered,
    command,
    ping,
    running_floor,
    running_pong,
)
from standins.discord.interactions import CHOICES
from standins.discord.server import discord_server


def test_ratios_are_those_of_runs_side_by_side() -> None:
    assert ratios([2.0, 6.0, 3.0], [1.0, 2.0, 3.0]) == Spread(2.0, 1.0, 3.0)


def test_percentiles_lie_within_what_was_seen() -> None:
    samples = [float(number) for number in range(1, 101)]
    assert percentile(samples, 50) == pytest.approx(50.5)
    assert 99 <= percentile(samples, 99) <= 100


async def test_blocks_alternate_forwards_and_backwards() -> None:
    order: list[str] = []

    async def take(name: str) -> int:
        order.append(name)
        return len(order)

    blocks = await alternate({"a": lambda: take("a"), "b": lambda: take("b")}, 2)
    assert order == ["a", "b", "b", "a"]
    assert blocks == {"a": [1, 4], "b": [2, 3]}


@pytest.mark.parametrize(
    ("at_most", "at_least", "met"),
    [(1.25, None, True), (1.1, None, False), (None, 1.2, True), (None, 1.3, False)],
)
def test_a_target_is_met_by_the_median(
    at_most: float | None, at_least: float | None, met: bool
) -> None:
    row = Row("what", "2 ms", "1 ms", Spread(1.2, 0.5, 3.0), at_most, at_least)
    assert row.met is met
    assert ("not met" in line(row)) is not met
    assert "1.20 (0.50–3.00)" in line(row)


def test_a_figure_without_target_is_neither_met_nor_not() -> None:
    row = Row("what", "2 ms", "1 ms", Spread(1.2, 0.5, 3.0))
    assert row.met is None
    assert "met" not in line(row)


async def test_a_block_of_the_event_loop_is_seen() -> None:
    blocked: list[float] = []

    async def work() -> None:
        await asyncio.sleep(0)
        began = perf_counter()
        sum(range(200_000))
        blocked.append(perf_counter() - began)
        await asyncio.sleep(0)

    assert await longest_block(work()) >= blocked[0] > 0


async def test_baselines_are_asked_side_by_side() -> None:
    async with (
        discord_server() as one,
        discord_server() as other,
        running_pong(one) as pong,
        running_floor(other) as floor,
    ):
        await asyncio.gather(one.connected(), other.connected())
        subjects = (Subject("pong", one, pong), Subject("floor", other, floor))
        asks = {subject.name: ping(subject) for subject in subjects}
        taken = await latencies(asks, runs=2, samples=20, warm_up=1)
        assert [len(run) for name in asks for run in taken[name]] == [20] * 4
        assert min(min(run) for name in asks for run in taken[name]) > 0
        assert await at_once(asks["floor"], 100, 10) > 0


async def test_an_answer_of_another_kind_is_no_sample() -> None:
    async with discord_server() as discord, running_pong(discord) as program:
        await discord.connected()
        subject = Subject("pong", discord, program)
        with pytest.raises(LookupError):
            await command(subject, "pack", id="260")()
        with pytest.raises(UnexpectedAnswer):
            await answered(await discord.command("ping"), CHOICES)
