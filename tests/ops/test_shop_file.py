"""The shop's file while the bot runs, as a process."""

from __future__ import annotations

import signal
from pathlib import Path

from standins.astria.server import Astria
from standins.discord.server import DiscordServer
from standins.processes import running_bot
from tests.ops.conftest import log_of
from tests.waiting import until


async def test_shop_file_is_read_again_on_sighup(
    discord: DiscordServer, astria: Astria, tmp_path: Path
) -> None:
    path = tmp_path / "shop.toml"
    path.write_text("[words]\nlinkedin = 260\n")
    async with running_bot(discord, astria.url, log_format="json", shop_file=str(path)) as bot:
        await discord.connected()

        def events() -> list[str]:
            return [line["event"] for line in log_of(bot)]

        path.write_text("[words]\nlinkedin = 260\ndating = []\n")
        bot.send_signal(signal.SIGHUP)
        await until(
            lambda: "the shop's file is wrong; the last correct one stays in use" in events()
        )
        (fault,) = [line for line in log_of(bot) if line["level"] == "error"]
        assert fault["cause"] == f"{path}, line 3: expected at least one pack"
        path.write_text("[words]\nlinkedin = 260\ndating = 260\n")
        bot.send_signal(signal.SIGHUP)
        await until(lambda: "the shop's file was read" in events())
        assert log_of(bot)[-1]["words"] == 2
        assert bot.status is None


async def test_wrong_shop_file_ends_the_start(
    discord: DiscordServer, astria: Astria, tmp_path: Path
) -> None:
    path = tmp_path / "shop.toml"
    path.write_text("[prices.packs]\n260 = 1\n")
    async with running_bot(discord, astria.url, shop_file=str(path)) as bot:
        assert await bot.ended() == 2
    assert "line 2: the currency is missing" in "".join(bot.said)
