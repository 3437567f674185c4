"""The end of the bot: by a signal, or because it cannot go on."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from standins.astria.pack_builders import made_up_pack
from standins.astria.server import Astria
from standins.discord.people import members
from standins.discord.server import DiscordServer
from standins.processes import ROOT, Program, running_bot
from tests.monitor import Monitor
from tests.ops.conftest import log_of
from tests.servers import served_with_tls
from tests.waiting import until

MEMBERS = 40


def faults_of(program: Program) -> list[str]:
    return [line["event"] for line in log_of(program) if line["level"] in {"error", "critical"}]


@pytest.mark.parametrize("signal_number", [signal.SIGINT, signal.SIGTERM])
async def test_running_answers_are_finished_at_stop(
    discord: DiscordServer, astria: Astria, signal_number: signal.Signals
) -> None:
    astria.offer(*(made_up_pack(number) for number in range(1, MEMBERS + 1)))
    waiting = asyncio.Event()
    for number in range(1, MEMBERS + 1):
        astria.answer(f"/p/{number}", made_up_pack(number), wait=waiting)
    async with running_bot(discord, astria.url, log_format="json") as bot:
        await discord.connected()
        asked = [
            await discord.command("pack", {"id": str(number)}, by=member)
            for number, member in enumerate(members(MEMBERS), start=1)
        ]
        for one in asked:
            await one.answered()
        await until(lambda: astria.asked(f"/p/{MEMBERS}") == 1)
        bot.send_signal(signal_number)
        # It accepts nothing new before it waits for running answers.
        await discord.disconnected()
        assert bot.status is None
        waiting.set()
        messages = [await one.finished() for one in asked]
        assert await bot.ended() == 0
    titles = [message["embeds"][0]["title"] for message in messages]
    assert titles == [f"Pack number {number}" for number in range(1, MEMBERS + 1)]
    assert not faults_of(bot)
    assert [line["event"] for line in log_of(bot)][-2:] == ["stopping", "stopped"]


async def test_member_of_a_slow_answer_is_told_at_stop(
    discord: DiscordServer, astria: Astria
) -> None:
    astria.answer("/p/260", {}, wait=asyncio.Event())
    async with running_bot(discord, astria.url, log_format="json") as bot:
        await discord.connected()
        asked = await discord.command("pack", {"id": "260"})
        await asked.answered()
        bot.send_signal(signal.SIGTERM)
        assert await bot.ended() == 0
    (message,) = asked.messages
    assert "I'm being restarted" in message["content"]
    events = [line["event"] for line in log_of(bot)]
    assert "some answers are not finished at the stop" in events
    assert not faults_of(bot)


@pytest.mark.parametrize("private", [False, True])
async def test_member_with_an_answer_from_old_data_is_not_told_at_stop(
    discord: DiscordServer, astria: Astria, private: bool
) -> None:
    async with running_bot(
        discord, astria.url, log_format="json", cache_ttl_seconds="0.001"
    ) as bot:
        await discord.connected()
        await (await discord.command("pack", {"id": "260"})).finished()
        before = astria.asked("/p/260")
        astria.answer("/p/260", {}, wait=asyncio.Event())
        asked = await discord.command("pack", {"id": "260", "private": private})
        assert (await asked.finished())["embeds"]
        await until(lambda: astria.asked("/p/260") > before)
        bot.send_signal(signal.SIGTERM)
        assert await bot.ended() == 0
    (message,) = asked.messages
    assert message["embeds"]
    events = [line["event"] for line in log_of(bot)]
    assert any(event.startswith("answers from old data were not checked") for event in events)
    assert "some answers are not finished at the stop" not in events
    assert not faults_of(bot)


@pytest.mark.parametrize("gone", [False, True])
async def test_end_waits_for_rechecks(discord: DiscordServer, astria: Astria, gone: bool) -> None:
    async with running_bot(
        discord, astria.url, log_format="json", cache_ttl_seconds="0.001"
    ) as bot:
        await discord.connected()
        await (await discord.command("pack", {"id": "260"})).finished()
        waiting = asyncio.Event()
        astria.answer("/p/260", status=404 if gone else None, wait=waiting)
        asked = await discord.command("pack", {"id": "260"})
        assert (await asked.finished())["embeds"]
        bot.send_signal(signal.SIGTERM)
        await discord.disconnected()
        waiting.set()
        assert await bot.ended() == 0
    (message,) = asked.messages
    assert bool(message["embeds"]) != gone
    assert [line["event"] for line in log_of(bot)][-2:] == ["stopping", "stopped"]


async def test_end_does_not_wait_for_a_silent_discord(
    discord: DiscordServer, astria: Astria
) -> None:
    async with running_bot(discord, astria.url, log_format="json") as bot:
        await discord.connected()
        with discord.fault("POST", "/callback", held=True) as callback:
            asked = await discord.command("pack", {"id": "260"})
            await until(lambda: callback.met == 1)
            bot.send_signal(signal.SIGTERM)
            assert await bot.ended() == 0
            assert not asked.messages
    assert not faults_of(bot)


async def test_second_signal_acts_at_once(discord: DiscordServer, astria: Astria) -> None:
    astria.answer("/p/260", {}, wait=asyncio.Event())
    async with running_bot(discord, astria.url) as bot:
        await discord.connected()
        await (await discord.command("pack", {"id": "260"})).answered()
        bot.send_signal(signal.SIGTERM)
        await discord.disconnected()
        bot.send_signal(signal.SIGTERM)
        assert await bot.ended() == -signal.SIGTERM


async def test_stop_during_start(discord: DiscordServer, astria: Astria) -> None:
    with discord.fault("GET", "/users/@me", held=True) as login:
        async with running_bot(discord, astria.url, log_format="json") as bot:
            await until(lambda: login.met == 1)
            bot.send_signal(signal.SIGTERM)
            assert await bot.ended() == 0
    assert not faults_of(bot)


async def test_stop_while_a_shard_reconnects(discord: DiscordServer, astria: Astria) -> None:
    async with running_bot(discord, astria.url, log_format="json") as bot:
        await discord.connected()
        discord.gateway.says_nothing = True
        await discord.ask_to_reconnect()
        await until(lambda: discord.gateway.connections == 2)
        bot.send_signal(signal.SIGTERM)
        assert await bot.ended(within=5) == 0
    assert not faults_of(bot)


async def test_end_does_not_wait_for_a_hanging_disk(
    discord: DiscordServer, astria: Astria, tmp_path: Path
) -> None:
    # The store keeps such a large list in a separate file.
    astria.offer(*(made_up_pack(number) for number in range(1, 501)))
    settings = {"cache_url": f"disk://{tmp_path}", "log_format": "json"}
    async with running_bot(discord, astria.url, **settings):
        await discord.connected()
        await until(lambda: any(tmp_path.rglob("*.val")))
    let_hang(tmp_path)
    async with running_bot(discord, astria.url, **settings) as bot:
        await discord.connected()
        await until(lambda: any(line["level"] == "warning" for line in log_of(bot)))
        bot.send_signal(signal.SIGTERM)
        assert await bot.ended(within=10) == 1
    assert any("api/cache/disk.py" in line for line in bot.said)


def let_hang(disk: Path) -> None:
    """Make reads of a stored value hang until somebody writes."""
    for file in tuple(disk.rglob("*.val")):
        file.unlink()
        os.mkfifo(file)


TOKEN_REFUSED = "Discord does not accept DISCORD_TOKEN"


async def ends(bot: Program, event: str) -> dict[str, Any]:
    """Return the line with the reason of the end; the bot then waits for a signal."""
    await until(lambda: any(line["event"].startswith(event) for line in log_of(bot)))
    await until(lambda: "in_seconds" in log_of(bot)[-1])
    assert bot.status is None
    bot.send_signal(signal.SIGTERM)
    assert await bot.ended() == 1
    (line,) = (line for line in log_of(bot) if line["level"] in {"error", "critical"})
    assert "exception" not in line
    return line


async def test_refused_token_is_reported(discord: DiscordServer, astria: Astria) -> None:
    async with running_bot(
        discord, astria.url, log_format="json", discord_token="marked-token"
    ) as bot:
        await ends(bot, TOKEN_REFUSED)
    assert "marked" not in "".join(bot.said)


@pytest.mark.parametrize("cache", ["mem://", "disk://{folder}/kept"])
async def test_token_refused_by_the_gateway_is_reported(
    discord: DiscordServer, astria: Astria, tmp_path: Path, cache: str
) -> None:
    discord.gateway.token = "another"
    async with running_bot(
        discord, astria.url, log_format="json", cache_url=cache.format(folder=tmp_path)
    ) as bot:
        assert (await ends(bot, TOKEN_REFUSED))["shard"] == 0


@pytest.mark.parametrize(
    ("code", "says"),
    [
        (4010, "Discord does not accept SHARD_IDS"),
        (4011, "Discord wants more shards"),
        (4012, "Discord no longer speaks"),
        (4013, "Discord does not know the intents"),
        (4014, "Discord does not allow the intents"),
    ],
)
async def test_start_refused_by_the_gateway_is_reported(
    discord: DiscordServer, astria: Astria, code: int, says: str
) -> None:
    discord.gateway.refuses_with = code
    async with running_bot(discord, astria.url, log_format="json") as bot:
        await ends(bot, says)
    assert discord.gateway.identified == 1


async def test_wait_before_the_end_doubles(
    discord: DiscordServer, astria: Astria, monitor: Monitor, tmp_path: Path
) -> None:
    settings = {
        "log_format": "json",
        "cache_url": f"disk://{tmp_path}/kept",
        "http_port": str(monitor.port),
    }

    async def wait() -> float:
        async with running_bot(discord, astria.url, discord_token="wrong", **settings) as bot:
            await ends(bot, TOKEN_REFUSED)
            return log_of(bot)[-2]["in_seconds"]

    assert [await wait() for _ in range(3)] == [10, 20, 40]
    kept = tmp_path / "kept"
    modes = [path.stat().st_mode & 0o777 for path in (kept, kept / "failed-starts")]
    assert modes == [0o700, 0o600]
    # A successful start resets the wait.
    async with running_bot(discord, astria.url, **settings) as bot:
        await monitor.ready()
        assert await bot.end() == 0
    assert await wait() == 10


async def test_readyz_names_the_cause_before_the_end(
    discord: DiscordServer, astria: Astria, monitor: Monitor
) -> None:
    async with running_bot(
        discord, astria.url, discord_token="wrong", http_port=str(monitor.port)
    ) as bot:
        await until(lambda: any("waits before it ends" in line for line in bot.said))
        status, state = await monitor.readiness()
        assert status == 503
        assert TOKEN_REFUSED in state["missing"][0]


async def test_bot_waits_if_no_starts_are_left(
    discord: DiscordServer, astria: Astria, monitor: Monitor
) -> None:
    discord.rest.starts |= {"remaining": 0, "reset_after": 1500}
    async with running_bot(
        discord, astria.url, log_format="json", http_port=str(monitor.port)
    ) as bot:
        await until(lambda: any("no more starts" in line for line in bot.said))
        assert "0 of 1000 starts left" in (await monitor.readiness())[1]["missing"][0]
        assert not discord.gateway.connections
        discord.rest.starts |= {"remaining": 1}
        await monitor.ready()
        assert bot.status is None


async def test_stop_while_waiting_for_starts(discord: DiscordServer, astria: Astria) -> None:
    discord.rest.starts |= {"remaining": 0, "reset_after": 3_600_000}
    async with running_bot(discord, astria.url) as bot:
        await until(lambda: any("no more starts" in line for line in bot.said))
        bot.send_signal(signal.SIGTERM)
        assert await bot.ended(within=5) == 0


async def test_unknown_number_of_starts_left(discord: DiscordServer, astria: Astria) -> None:
    with discord.fault("GET", "/gateway/bot", status=403):
        async with running_bot(discord, astria.url, shard_count="1"):
            await discord.connected()


async def test_discord_cannot_be_reached(discord: DiscordServer, astria: Astria) -> None:
    discord.url = "http://127.0.0.1:1/api/v10"
    async with running_bot(discord, astria.url, log_format="json") as bot:
        assert await bot.ended() == 1
    line = log_of(bot)[-1]
    assert line["event"].startswith("Discord cannot be reached")
    assert "Cannot connect to host 127.0.0.1:1" in line["cause"]


@pytest.mark.parametrize(
    ("status", "says"),
    [
        (503, "Discord answers, with a fault of its own"),
        (429, "Discord wants fewer requests"),
        (403, "Discord answers, and refuses"),
    ],
)
async def test_fault_of_discord_is_reported(
    discord: DiscordServer, astria: Astria, status: int, says: str
) -> None:
    with discord.fault("GET", "/users/@me", status=status):
        async with running_bot(discord, astria.url, log_format="json") as bot:
            assert await bot.ended() == 1
    assert log_of(bot)[-1]["event"].startswith(says)
    assert str(status) in log_of(bot)[-1]["cause"]


async def test_untrusted_certificate_is_reported(
    discord: DiscordServer, astria: Astria, tmp_path: Path
) -> None:
    async with served_with_tls(tmp_path) as url:
        discord.url = f"{url}/api/v10"
        async with running_bot(discord, astria.url, log_format="json") as bot:
            assert await bot.ended() == 1
    line = log_of(bot)[-1]
    assert "SSL_CERT_FILE" in line["event"]
    assert "certificate verify failed" in line["cause"]


async def test_stop_before_settings_are_read(tmp_path: Path) -> None:
    # Reading this hangs until somebody writes.
    os.mkfifo(tmp_path / ".env")
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(ROOT / "bot.py"), cwd=tmp_path, stderr=asyncio.subprocess.PIPE
    )
    caught = 1 << (signal.SIGTERM - 1)

    def is_handled() -> bool:
        status = Path(f"/proc/{process.pid}/status").read_text()
        return bool(int(re.findall(r"SigCgt:\s+(\w+)", status)[0], 16) & caught)

    await until(is_handled)
    process.terminate()
    _, said = await asyncio.wait_for(process.communicate(), 10)
    assert (process.returncode, said) == (0, b"")


@pytest.mark.parametrize(("signal_number", "status"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
async def test_stop_during_an_import_that_loses_exceptions(
    tmp_path: Path, signal_number: signal.Signals, status: int
) -> None:
    program = (
        "import os, sys, bot\n"
        "class Losing:\n"
        "    def find_spec(self, *_):\n"
        "        try:\n"
        f"            os.kill(os.getpid(), {signal_number})\n"
        "        except BaseException:\n"
        "            pass\n"
        "sys.meta_path.insert(0, Losing())\n"
        "sys.exit(bot.main([]))\n"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, cwd=tmp_path, env={"PYTHONPATH": str(ROOT)},
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    _, said = await asyncio.wait_for(process.communicate(), 10)
    assert (process.returncode, said) == (status, b"")


async def test_unexpected_end_is_one_line(discord: DiscordServer, astria: Astria) -> None:
    # Discord's answer about the bot is malformed.
    with discord.fault("GET", "/users/@me", status=200):
        async with running_bot(discord, astria.url, log_format="json") as bot:
            assert await bot.ended() == 1
    line = log_of(bot)[-1]
    assert line["event"] == "the bot cannot go on"
    assert "Traceback" in line["exception"]
