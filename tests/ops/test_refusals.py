"""Answers that Discord refuses: one line in the log, and a message only if it can arrive."""

from __future__ import annotations

import pytest

from standins.astria.server import Astria
from standins.discord.people import Member
from standins.discord.server import DiscordServer
from standins.processes import running_bot
from tests.ops.conftest import log_of
from tests.waiting import until


@pytest.mark.parametrize(("status", "code"), [(400, 50083), (403, 50013), (403, 50001), (403, 0)])
async def test_bot_may_not_answer_in_the_channel(
    discord: DiscordServer, astria: Astria, status: int, code: int
) -> None:
    async with running_bot(discord, astria.url, log_format="json") as bot:
        await discord.connected()
        with discord.fault("POST", "/callback", status=status, code=code) as refusal:
            await discord.command("pack", {"id": "no such pack"})
            await until(lambda: any("did not take" in line for line in bot.said))
            assert await bot.end() == 0
            assert refusal.met == 1
    (line,) = (line for line in log_of(bot) if line["level"] != "info")
    assert line["event"] == "Discord did not take the answer"
    assert line["level"] == "warning"
    assert str(code) in line["cause"]
    assert "exception" not in line


@pytest.mark.parametrize("code", [50035, 50006, 50109])
async def test_answer_that_discord_does_not_understand(
    discord: DiscordServer, astria: Astria, code: int
) -> None:
    async with running_bot(discord, astria.url, log_format="json") as bot:
        await discord.connected()
        with discord.fault("POST", "/callback", status=400, code=code, times=1):
            asked = await discord.command("pack", {"id": "260"})
            assert "Reference" in (await asked.finished())["content"]
        await until(lambda: any("unexpected fault" in line for line in bot.said))
    (line,) = (line for line in log_of(bot) if line["level"] != "info")
    assert "Traceback" in line["exception"]


LOCALES = {
    "de": "Klasse",
    "de-XX": "Klasse",
    "es-419": "clase",
    "en-XX": "class",
    "sr-SP": "class",
    "": "class",
    "x" * 10_000: "class",
    "../../../etc": "class",
}


async def test_any_locale_gets_an_answer(
    discord: DiscordServer, astria: Astria, subtests: pytest.Subtests
) -> None:
    async with running_bot(discord, astria.url, log_format="json") as bot:
        await discord.connected()
        for locale, says in LOCALES.items():
            with subtests.test(locale=locale[:20]):
                member = Member(locale=locale)
                shown = await (await discord.command("pack", {"id": "260"}, by=member)).finished()
                assert shown["embeds"]
                options = {"id": "260", "class": "spaceship"}
                asked = await discord.command("pack", options, by=member)
                assert says in (await asked.finished())["content"]
        assert not [line for line in log_of(bot) if line["level"] != "info"]
