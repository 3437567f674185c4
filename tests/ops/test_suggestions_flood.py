"""One member who types like a script does not block others."""

from __future__ import annotations

from cogs.interactions.suggestions import SUGGESTIONS_A_MEMBER
from standins.astria.server import astria_server
from standins.discord.interactions import FIRST_ANSWER_WITHIN, Interaction
from standins.discord.people import Member, members
from standins.discord.server import DiscordServer
from standins.processes import running_bot
from tests.monitor import Monitor

SCRIPT, MEMBER = members(2)
LONG = "wintr weddng corprate hedshots profesional busines portrat stdio"


async def typed(discord: DiscordServer, text: str, by: Member) -> Interaction:
    return await discord.command("pack", {"id": text}, typing="id", by=by)


async def test_flood_of_suggestions(discord: DiscordServer, monitor: Monitor) -> None:
    async with (
        astria_server(packs=2_000) as astria,
        running_bot(discord, astria.url, http_port=str(monitor.port)),
    ):
        await monitor.ready()
        await (await discord.command("pack", {"id": "260"}, by=MEMBER)).finished()
        flood = [await typed(discord, f"{LONG} {number}", SCRIPT) for number in range(100)]
        asked = await discord.command("pack", {"id": "260"}, by=MEMBER)
        await asked.answered()
        assert asked.seconds < FIRST_ANSWER_WITHIN
        # Only the last input is still wanted.
        await flood[-1].answered()
        assert sum(one.callback is not None for one in flood) < 50
        # Another member's are not dropped.
        await (await typed(discord, "corp", MEMBER)).answered()


async def test_suggestions_of_one_member_end(discord: DiscordServer, monitor: Monitor) -> None:
    async with (
        astria_server(packs=10) as astria,
        running_bot(discord, astria.url, http_port=str(monitor.port)),
    ):
        await monitor.ready()
        answered = 0
        for number in range(SUGGESTIONS_A_MEMBER + 20):
            one = await typed(discord, f"a{number}", SCRIPT)
            try:
                await one.answered(within=0.3)
            except TimeoutError:
                continue
            answered += 1
        assert answered <= SUGGESTIONS_A_MEMBER
        await (await typed(discord, "corp", MEMBER)).answered()
