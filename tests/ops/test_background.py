"""Requests in the background, with a real process."""

from __future__ import annotations

from standins.astria.pack_builders import costs, full_pack
from standins.astria.server import Astria
from standins.discord.server import DiscordServer
from standins.processes import running_bot
from tests.monitor import Monitor
from tests.ops.conftest import log_of
from tests.waiting import until


async def test_details_are_loaded_and_tell_the_unit(
    discord: DiscordServer, astria: Astria, monitor: Monitor
) -> None:
    packs = [full_pack(number, costs=costs(cat=(number, 6))) for number in (301, 302, 303)]
    astria.offer(*packs)
    settings = {"astria_cost_mc_per_usd": "auto", "http_port": str(monitor.port)}
    async with running_bot(discord, astria.url, log_format="json", **settings) as bot:
        await discord.connected()
        await until(lambda: all(astria.asked(f"/p/{pack['id']}") for pack in packs))

        def is_proven() -> bool:
            verdicts = [one for one in log_of(bot) if one["event"] == "the unit of cost_mc_hash"]
            return bool(verdicts) and verdicts[-1]["standing"] == "proven"

        await until(is_proven)
        assert 'packs_bot_cost_unit{state="proven"} 1.0' in (await monitor.get("/metrics"))[1]
        asked = len(astria.requests)
        message = await (await discord.command("pack", {"id": "302"})).finished()
        assert "$3.02" in str(message["embeds"])
        assert len(astria.requests) == asked
