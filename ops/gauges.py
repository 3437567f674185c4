"""How a bot stands at the moment that its metrics are read."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Iterator

import prometheus_client
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import REGISTRY, Collector

from cogs.bot import PacksBot


def registry_of(bot: PacksBot) -> CollectorRegistry:
    """Return all metrics of the process, and those of one bot in it."""
    # Each counter would have the moment it was made as a series of its own.
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
        """Return how the bot stands now."""
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


def _gauge(name: str, documentation: str, value: float) -> Metric:
    return GaugeMetricFamily(f"packs_bot_{name}", documentation, value)
