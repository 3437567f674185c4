"""Readiness while shards connect and disconnect."""

from __future__ import annotations

from ops.monitor import monitored
from standins.processes import free_port
from tests.e2e.conftest import World
from tests.monitor import Monitor


async def test_readiness_follows_the_shards(world: World) -> None:
    monitor = Monitor(free_port())
    async with monitored(world.bot, "127.0.0.1", monitor.port):
        assert (await monitor.readiness())[0] == 200
        world.bot.dispatch("shard_disconnect", 0)
        await world.env.settle()
        status, state = await monitor.readiness()
        assert status == 503
        assert state["missing"] == ["Discord: shard 0 of 1 not connected"]
        assert (await monitor.get("/healthz"))[0] == 200
        assert "\npacks_bot_shards_connected 0.0\n" in (await monitor.get("/metrics"))[1]
        world.bot.dispatch("shard_resumed", 0)
        await world.env.settle()
        assert (await monitor.readiness())[0] == 200
