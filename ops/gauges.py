"""The state of a bot at the time when its metrics are read."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Iterator
from enum import StrEnum

import prometheus_client
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import REGISTRY, Collector

from api.cache.store import StoreState
from api.catalogue.cost_unit import Standing
from cogs.packs_bot import PacksBot


def registry_of(bot: PacksBot) -> CollectorRegistry:
    """Return the metrics of the process and of one bot in it."""
    # Otherwise each counter would have a second series with the time of its creation.
    prometheus_client.disable_created_metrics()
    registry = CollectorRegistry()
    registry.register(REGISTRY)
    registry.register(BotCollector(bot))
    return registry


class BotCollector(Collector):
    """Metrics that are not counted but looked up."""

    def __init__(self, bot: PacksBot) -> None:
        self._bot = bot

    def collect(self) -> Iterator[Metric]:
        """Return the current state of the bot."""
        bot = self._bot
        yield _gauge("shards", "Shards that this process should have.", len(bot.own_shards))
        yield _gauge(
            "shards_connected",
            "Shards of this process that are connected to Discord.",
            len(bot.connected_shards),
        )
        yield _gauge(
            "servers",
            "Servers of this process's shards, as Discord told them when each shard connected.",
            len(bot.guilds),
        )
        yield _gauge("tasks", "Tasks on the event loop.", len(asyncio.all_tasks()))
        age = bot.catalogue.lists.age()
        if age is not None:
            yield _gauge("catalogue_age_seconds", "Age of the public lists in memory.", age)
        yield _standing(
            "store_state", "How the cache on disk or in Redis is doing.", StoreState,
            bot.catalogue.store_state,
        )  # fmt: skip
        yield _standing(
            "cost_unit", "How the unit of cost_mc_hash is known.", Standing,
            bot.catalogue.prices.unit.verdict.standing,
        )  # fmt: skip
        yield self._latencies()
        build = GaugeMetricFamily("packs_bot_build_info", "The version.", labels=["version"])
        build.add_metric([bot.version], 1)
        yield build

    def _latencies(self) -> Metric:
        latencies = GaugeMetricFamily(
            "packs_bot_gateway_latency_seconds",
            "From a heartbeat to Discord's answer, of each connected shard.",
            labels=["shard"],
        )
        for shard, seconds in self._bot.latencies:
            if shard in self._bot.connected_shards and math.isfinite(seconds):
                latencies.add_metric([str(shard)], seconds)
        return latencies


def _standing(name: str, documentation: str, all_of: type[StrEnum], now: StrEnum) -> Metric:
    """Return a gauge that is 1 for the current state, and 0 for all others."""
    gauge = GaugeMetricFamily(f"packs_bot_{name}", documentation, labels=["state"])
    for one in all_of:
        gauge.add_metric([one.value], float(one is now))
    return gauge


def _gauge(name: str, documentation: str, value: float) -> Metric:
    return GaugeMetricFamily(f"packs_bot_{name}", documentation, value)
