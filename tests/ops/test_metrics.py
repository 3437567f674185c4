"""Metrics are right, and dashboard and alerts name only existing ones."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from typing import Any, cast

import pytest
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from api.wire import metrics as astria_metrics
from cogs.interactions.cooldown import REQUESTS
from cogs.interactions.record import Outcome
from standins.astria.pack_builders import pack_260
from standins.astria.server import Astria
from standins.discord.messages import control
from standins.discord.people import MANAGE_MESSAGES, Member, members
from standins.discord.server import DiscordServer
from standins.processes import ROOT, running_bot
from tests.monitor import Monitor
from tests.waiting import until

WATCHERS = {
    name: (ROOT / "deploy" / name).read_text().replace('\\"', '"')
    for name in ("prometheus/alerts.yaml", "grafana/dashboard.json")
}

# Labels that Prometheus adds to each sample.
ADDED = {"instance", "job"}


async def families(monitor: Monitor) -> dict[str, Metric]:
    _, text = await monitor.get("/metrics")
    return {family.name: family for family in text_string_to_metric_families(text)}


async def samples(monitor: Monitor, name: str, *labels: str) -> dict[Any, float]:
    """Return the values of a metric by the named labels, in their order."""
    found: dict[Any, float] = {}
    for family in (await families(monitor)).values():
        for sample in family.samples:
            if sample.name == name:
                key = tuple(sample.labels[label] for label in labels)
                found[key[0] if len(key) == 1 else key] = sample.value
    return found


def selectors(text: str) -> Iterator[tuple[str, str]]:
    """Return each metric in a query, with the content of its braces."""
    for name, wanted in re.findall(r"\b((?:packs_bot|process)_\w+)\b(?:\{([^}]*)\})?", text):
        yield str(name), str(wanted)


@pytest.mark.parametrize("watcher", WATCHERS)
async def test_watched_metrics_exist(
    discord: DiscordServer, astria: Astria, monitor: Monitor, watcher: str
) -> None:
    async with running_bot(discord, astria.url, http_port=str(monitor.port)):
        await monitor.ready()
        await (await discord.command("pack", {"id": "260"})).finished()
        await until(lambda: _is_counted(monitor))
        exported = {
            sample.name: set(sample.labels)
            for family in (await families(monitor)).values()
            for sample in family.samples
        }
    asked = list(selectors(WATCHERS[watcher]))
    assert len({name for name, _ in asked}) > 10
    for name, wanted in asked:
        assert name in exported, name
        assert set(re.findall(r"(\w+)\s*(?:=|!)", wanted)) <= exported[name] | ADDED, (name, wanted)
    for names in re.findall(r"\bby \(([^)]*)\)", WATCHERS[watcher]):
        known = {label for labels in exported.values() for label in labels}
        assert set(names.split(", ")) <= known | ADDED, names


async def _is_counted(monitor: Monitor) -> bool:
    return bool(await samples(monitor, "packs_bot_interactions_total"))


@pytest.mark.parametrize("watcher", WATCHERS)
def test_watched_label_values_exist(watcher: str) -> None:
    known = {
        "packs_bot_interactions_total": {outcome.value for outcome in Outcome},
        "packs_bot_astria_requests_total": set(astria_metrics.OUTCOMES),
        "packs_bot_cache_lookups_total": {"hit", "stale", "miss"},
    }
    named = 0
    for name, wanted in selectors(WATCHERS[watcher]):
        for outcomes in re.findall(r'outcome=~?"([^"]+)"', wanted):
            assert set(outcomes.split("|")) <= known[name], (name, outcomes)
            named += 1
    assert named


async def test_every_interaction_is_counted(
    discord: DiscordServer, astria: Astria, monitor: Monitor
) -> None:
    async with running_bot(discord, astria.url, http_port=str(monitor.port)):
        await monitor.ready()
        pack = await (await discord.command("pack", {"id": "260"})).finished()
        await (await discord.command("pack", {"id": "corp"}, typing="id")).answered()
        for action in ("next", "last"):
            await (await discord.click(pack, control(pack, action)["custom_id"])).finished()
        box = await discord.click(pack, control(pack, "jump")["custom_id"])
        await (await discord.submit(box, {"page": "3"})).finished()
        await (await discord.submit(box, {"page": "no page"})).finished()
        await (await discord.click(pack, "pack:next:of long ago")).finished()
        await (await discord.click(pack, "of:long:ago")).finished()
        await (await discord.command("packs", {"include": "everything"})).finished()
        await (await discord.command("pack", {"id": "no such"})).finished()
        listed = await (await discord.command("packs", {"private": True})).finished()
        await (await discord.choose(listed, "packs-open", ["260"])).finished()
        await (await discord.message_command("Show pack", pack)).finished()
        astria.answer("/p/1", {}, status=500)
        await (await discord.command("pack", {"id": "1"})).finished()
        with discord.fault("POST", "/callback", status=400, code=40060, times=1):
            await discord.command("pack", {"id": "260"})
            await until(lambda: _has(monitor, ("pack", "overtaken")))
        # Faster than a person.
        script = members(1)[0]
        for _ in range(REQUESTS + 1):
            await (await discord.command("pack", {"id": "260"}, by=script)).finished()
        expected = {
            ("pack", "answered"): REQUESTS + 1,
            ("pack", "not_found"): 1,
            ("pack", "failed"): 1,
            ("pack", "overtaken"): 1,
            ("pack", "refused"): 1,
            ("packs", "answered"): 1,
            ("packs", "refused"): 1,
            ("show pack", "answered"): 1,
            ("open pack", "answered"): 1,
            ("autocomplete", "answered"): 1,
            ("pack page turn", "answered"): 2,
            ("pack page turn", "refused"): 1,
            ("pack page jump", "answered"): 2,
            ("pack page jump", "refused"): 1,
            ("other", "refused"): 1,
        }

        async def all_counted() -> bool:
            found = await samples(monitor, "packs_bot_interactions_total", "command", "outcome")
            return sum(found.values()) >= sum(expected.values())

        await until(all_counted)
        assert (
            await samples(monitor, "packs_bot_interactions_total", "command", "outcome")
        ) == expected
        for name in ("first", "final"):
            counted = await samples(monitor, f"packs_bot_{name}_answer_seconds_count", "command")
            # The interaction that another process had answered has no time.
            assert counted["pack"] == REQUESTS + 4
            assert counted["pack page jump"] == 3


async def _has(monitor: Monitor, key: object) -> bool:
    found = await samples(monitor, "packs_bot_interactions_total", "command", "outcome")
    return key in found


async def test_first_answer_is_the_deferral(
    discord: DiscordServer, astria: Astria, monitor: Monitor
) -> None:
    async with running_bot(discord, astria.url, http_port=str(monitor.port)):
        await monitor.ready()
        with discord.fault("PATCH", "@original", delay=0.3):
            await (await discord.command("pack", {"id": "260"})).finished()
        await until(lambda: _is_counted(monitor))
        first = await samples(monitor, "packs_bot_first_answer_seconds_sum", "command")
        final = await samples(monitor, "packs_bot_final_answer_seconds_sum", "command")
        assert final["pack"] >= first["pack"] + 0.3


async def test_final_answer_does_not_contain_the_recheck(
    discord: DiscordServer, astria: Astria, monitor: Monitor
) -> None:
    settings = {"http_port": str(monitor.port), "cache_ttl_seconds": "0.001"}
    async with running_bot(discord, astria.url, **settings):
        await monitor.ready()
        await (await discord.command("pack", {"id": "260"})).finished()
        astria.answer("/p/260", pack_260(), wait=asyncio.Event())
        await (await discord.command("pack", {"id": "260"})).finished()

        async def both_counted() -> bool:
            name = "packs_bot_final_answer_seconds_count"
            return (await samples(monitor, name, "command")).get("pack") == 2

        # While Astria has not answered yet.
        await until(both_counted)


async def test_requests_to_astria(discord: DiscordServer, astria: Astria, monitor: Monitor) -> None:
    failures: dict[str, dict[str, Any]] = {
        "not_found": {"status": 404},
        "key_refused": {"status": 401},
        "not_understood": {"body": b"<html>"},
        "rate_limited": {"status": 429},
    }
    for number, how in enumerate(failures.values(), start=1):
        astria.answer(f"/p/{number}", {}, **how)
    async with running_bot(discord, astria.url, http_port=str(monitor.port)):
        await monitor.ready()
        await (await discord.command("pack", {"id": "260"})).finished()
        # The last one is followed by a pause.
        for number in range(1, len(failures) + 1):
            await (await discord.command("pack", {"id": str(number)})).finished()
        name = "packs_bot_astria_requests_total"
        found = await samples(monitor, name, "endpoint", "outcome")
        assert found == {
            (endpoint, outcome): 0
            for endpoint in astria_metrics.ENDPOINTS
            for outcome in astria_metrics.OUTCOMES
        } | {("packs", "ok"): 2, ("gallery", "ok"): 2, ("pack", "ok"): 1} | {
            ("pack", outcome): 1 for outcome in failures
        }
        seconds = await samples(monitor, "packs_bot_astria_request_seconds_count", "endpoint")
        assert seconds == {"packs": 2, "gallery": 2, "pack": 5}


async def test_each_attempt_is_counted(
    discord: DiscordServer, astria: Astria, monitor: Monitor
) -> None:
    astria.answer("/p/260", {}, status=500)
    async with running_bot(discord, astria.url, http_port=str(monitor.port)):
        await monitor.ready()
        await (await discord.command("pack", {"id": "260"})).finished()
        found = await samples(monitor, "packs_bot_astria_requests_total", "endpoint", "outcome")
        assert found["pack", "unavailable"] == astria.asked("/p/260") == 2


async def test_the_cache(
    discord: DiscordServer, astria: Astria, monitor: Monitor, tmp_path: object
) -> None:
    settings = {"http_port": str(monitor.port), "cache_url": f"disk://{tmp_path}/kept"}
    name = "packs_bot_cache_lookups_total"

    async def ask_twice() -> dict[Any, float]:
        await monitor.ready()
        before = await samples(monitor, name, "floor", "outcome")
        for _ in range(2):
            await (await discord.command("pack", {"id": "260"})).finished()
        after = await samples(monitor, name, "floor", "outcome")
        return {
            key: after[key] - before.get(key, 0) for key in after if after[key] != before.get(key)
        }

    async with running_bot(discord, astria.url, **settings):
        asked = await ask_twice()
        assert asked == {("memory", "miss"): 1, ("store", "miss"): 1, ("memory", "hit"): 1}
        assert await samples(monitor, "packs_bot_stale_answers_total") == {(): 0}
    async with running_bot(discord, astria.url, **settings):
        asked = await ask_twice()
        assert asked == {("memory", "miss"): 1, ("store", "hit"): 1, ("memory", "hit"): 1}
    astria.answer_all({}, status=401)
    async with running_bot(discord, astria.url, **settings | {"cache_ttl_seconds": "0.001"}):
        asked = await ask_twice()
        assert asked["store", "stale"] >= 1
        # For a refused pack, the lists are loaded too: it may have left them.
        assert asked["memory", "stale"] >= 1
        await until(lambda: _stale_answers(monitor, 2))


async def _stale_answers(monitor: Monitor, number: int) -> bool:
    return (await samples(monitor, "packs_bot_stale_answers_total"))[()] == number


async def test_metrics_have_no_ids(
    discord: DiscordServer, astria: Astria, monitor: Monitor
) -> None:
    moderator = Member(members(1)[0].id, permissions=MANAGE_MESSAGES)
    async with running_bot(discord, astria.url, http_port=str(monitor.port)):
        await monitor.ready()
        for ref in ("260", "marked-ref"):
            await (await discord.command("pack", {"id": ref}, by=moderator)).finished()
        await until(lambda: _has(monitor, ("pack", "not_found")))
        _, text = await monitor.get("/metrics")
    told = cast("dict[str, object]", pack_260())
    hidden = (moderator.id, discord.guild_ids[0], "marked-ref", told["slug"], discord.token)
    for one in hidden:
        assert str(one) not in text
