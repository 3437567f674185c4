"""A short soak, and what it takes for growth or for an unexpected line."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from benchmarks.soak.asking import Asking, End, VisitOver
from benchmarks.soak.faults import DiscordFaults
from benchmarks.soak.journal import Journal
from benchmarks.soak.run import Soaked, soak
from benchmarks.soak.samples import Metrics, Sample, growth
from benchmarks.soak.visits import arrive
from benchmarks.subjects import MEMBERS
from standins.astria.server import astria_server
from standins.discord.server import discord_server
from standins.processes import running_bot

START = Sample(memory=100_000_000, sockets=4, handles=12, tasks=6)


@pytest.mark.parametrize("kind", ["mem", "disk"])
async def test_a_short_soak_is_answered_and_says_nothing_unexpected(
    tmp_path: Path, kind: str
) -> None:
    url = f"disk://{tmp_path}" if kind == "disk" else "mem://"
    soaked = await soak(150, cache_url=url, warm_up=40, idle=0.1)
    assert sum(soaked.ends.values()) == 150
    assert set(soaked.ends) <= {End.ANSWERED, End.PREVENTED}
    assert soaked.ends[End.ANSWERED] >= 100
    # What Discord refused may be counted a moment later.
    assert 140 <= sum(soaked.outcomes.values()) <= 150
    assert len(soaked.samples) == 3
    assert min(soaked.samples[0].memory, soaked.samples[0].sockets, soaked.samples[0].tasks) > 0
    assert soaked.faults
    assert soaked.requests["ok"] > 0
    assert not soaked.journal.unexpected
    assert not soaked.not_answered
    assert soaked.exit_status == 0


async def test_planned_and_unplanned_missing_answers_are_told_apart(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("benchmarks.soak.asking._LONGEST", 0.5)
    chance = Random(1)  # noqa: S311 - nothing secret
    async with (
        astria_server(packs=1) as astria,
        discord_server() as discord,
        running_bot(discord, astria.url) as program,
    ):
        await discord.connected()
        asking = Asking(discord, DiscordFaults(chance))
        asking.left = 1
        visitor = arrive(asking, chance, MEMBERS[0])
        # An answer that is held for longer than anybody waits.
        with discord.fault("POST", "/callback$", held=True), pytest.raises(VisitOver):
            await visitor.command("pack", id="260")
        with pytest.raises(VisitOver):
            await visitor.command("pack", id="260")
    assert program.status == 0
    assert asking.ends[End.UNANSWERED] == 1
    assert len(asking.not_answered) == 1
    assert "260" in asking.not_answered[0]


@pytest.mark.parametrize(
    ("later", "said"),
    [
        (START, None),
        (replace(START, memory=109_000_000, sockets=6, handles=14, tasks=8), None),
        (replace(START, memory=111_000_000), "memory grew from 100.0 MB to 111.0 MB"),
        (replace(START, sockets=7), "sockets grew from 4 to 7"),
        (replace(START, handles=15), "handles grew from 12 to 15"),
        (replace(START, tasks=9), "tasks grew from 6 to 9"),
    ],
)
def test_growth_is_what_exceeds_the_tolerance(later: Sample, said: str | None) -> None:
    assert list(growth([START, START, later])) == ([said] if said else [])


@pytest.mark.parametrize(
    ("line", "unexpected"),
    [
        (json.dumps({"level": "warning", "event": "Astria gave no answer"}), False),
        (json.dumps({"level": "error", "event": "unexpected fault"}), True),
        (json.dumps({"level": "warning", "event": "odd", "exception": "Traceback"}), True),
        ("Traceback (most recent call last):", True),
    ],
)
def test_errors_and_traces_are_unexpected(line: str, unexpected: bool) -> None:
    journal = Journal()
    journal.read(line)
    soaked = Soaked(samples=[START], journal=journal, exit_status=0)
    assert list(soaked.problems()) == ([f"unexpected in the log: {line}"] if unexpected else [])


def test_a_bot_that_does_not_end_in_order_is_a_problem() -> None:
    assert list(Soaked(samples=[START], exit_status=1).problems())


def test_metrics_are_summed_by_label() -> None:
    metrics = Metrics(
        '# TYPE asked counter\nasked_total{command="pack",outcome="answered"} 2\n'
        'asked_total{command="packs",outcome="answered"} 3\n'
        'asked_total{command="packs",outcome="failed"} 1\n# TYPE tasks gauge\ntasks 7\n'
    )
    assert metrics.by("asked_total", "outcome") == {"answered": 5, "failed": 1}
    assert metrics.total("tasks") == 7
