"""The way in: settings, exit statuses and signals, with a real process."""

from __future__ import annotations

import asyncio
import signal
import sys
from dataclasses import fields
from pathlib import Path

import pytest

import bot
from cogs.bot import PacksBot
from config import PreviewSettings, Settings, SettingsError, load_settings

ROOT = Path(__file__).parent.parent

NAMES = {one.name.upper() for one in fields(Settings)}
REQUIRED = {"DISCORD_TOKEN": "marked-token", "ASTRIA_API_KEY": "marked-key"}


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def problems(monkeypatch: pytest.MonkeyPatch, **values: str) -> list[str]:
    for name, value in (REQUIRED | values).items():
        monkeypatch.setenv(name, value)
    try:
        load_settings(Settings)
    except SettingsError as error:
        return error.problems
    return []


def test_all_that_is_wrong_is_said_at_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CACHE_TTL_SECONDS", "soon")
    monkeypatch.setenv("DISCORD_TOKEN", "two words")
    monkeypatch.setenv("PACK_SOURCE", "all-of-them")
    assert bot.main([]) == 2
    said = capsys.readouterr().err
    for name in ("CACHE_TTL_SECONDS", "DISCORD_TOKEN", "PACK_SOURCE", "ASTRIA_API_KEY is missing"):
        assert name in said
    for value in ("two words", "soon", "all-of-them", "Traceback"):
        assert value not in said


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ASTRIA_API_URL", "astria.ai"),
        ("ASTRIA_API_URL", "https://a.example/?key=1"),
        ("ASTRIA_COST_MC_PER_USD", "0"),
        ("ASTRIA_COST_MC_PER_USD", "nan"),
        ("CACHE_URL", "disk://"),
        ("CACHE_URL", "redis://"),
        ("CACHE_URL", "memcached://host"),
        ("STALE_TTL_SECONDS", "10"),
        ("ASTRIA_TIMEOUT_SECONDS", "-1"),
        ("HTTP_PORT", "65536"),
        ("LOG_LEVEL", "LOUD"),
        ("LOG_FORMAT", "xml"),
        ("SHARD_COUNT", "0"),
        ("SHARD_IDS", "0,1"),
        ("SHARD_IDS", "a"),
        ("DEV_GUILD_ID", "my server"),
    ],
)
def test_one_wrong_setting(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    (problem,) = problems(monkeypatch, **{name: value})
    assert problem.startswith(f"{name} is not usable: expected ")


def test_good_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    values = {
        "PACK_SOURCE": " Mine ",
        "LOG_LEVEL": "debug",
        "LOG_FORMAT": "JSON",
        "SHARD_COUNT": "4",
        "SHARD_IDS": "0, 3",
        "CACHE_URL": "redis://host:6379/0",
        "ASTRIA_API_URL": "http://127.0.0.1:1/",
        "DEV_GUILD_ID": "",
    }
    assert problems(monkeypatch, **values) == []
    settings = load_settings(Settings)
    assert settings.shard_ids == (0, 3)
    assert settings.astria_api_url == "http://127.0.0.1:1"
    assert settings.dev_guild_id is None
    assert "marked" not in repr(settings)
    assert PacksBot(settings, "key").shard_ids == [0, 3]


def test_the_same_secret_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    (problem,) = problems(monkeypatch, ASTRIA_API_KEY="marked-token")
    assert "same" in problem
    assert "marked" not in problem


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match=r"\.env cannot be read"):
        load_settings(PreviewSettings)


def test_the_example_lists_every_setting() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    named = {line.split("=")[0].lstrip("# ") for line in lines if "=" in line}
    assert named >= NAMES
    readme = (ROOT / "README.md").read_text()
    assert all(f"`{name}`" in readme for name in NAMES)


@pytest.mark.parametrize("signal_number", [signal.SIGINT, signal.SIGTERM])
async def test_the_preview_ends_cleanly(signal_number: signal.Signals) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(ROOT / "bot.py"), "--preview", "--port", "0",
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    async for line in process.stdout:
        if b"http://127.0.0.1:" in line:
            break
    process.send_signal(signal_number)
    _, errors = await asyncio.wait_for(process.communicate(), timeout=30)
    assert process.returncode == 0, errors
    assert b"Traceback" not in errors


@pytest.mark.parametrize("signal_number", [signal.SIGINT, signal.SIGTERM])
async def test_the_bot_ends_cleanly(signal_number: signal.Signals) -> None:
    program = (
        "import asyncio, sys, bot, cogs.bot\n"
        "async def start(self, token):\n"
        "    async with self:\n"
        "        await self._async_setup_hook()\n"
        "        print('up', flush=True)\n"
        "        await asyncio.sleep(60)\n"
        "cogs.bot.PacksBot.start = start\n"
        "sys.exit(bot.main([]))\n"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, cwd=ROOT, env=REQUIRED | {"HTTP_PORT": "0"},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    assert await process.stdout.readline() == b"up\n"
    process.send_signal(signal_number)
    _, errors = await asyncio.wait_for(process.communicate(), timeout=30)
    assert process.returncode == 0, errors
    assert b"marked" not in errors
