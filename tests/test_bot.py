"""The entry point: exit statuses and signals, with a real process."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import bot

ROOT = Path(__file__).parent.parent

REQUIRED = {"DISCORD_TOKEN": "marked-token", "ASTRIA_API_KEY": "marked-key"}


@pytest.mark.parametrize("signal_number", [signal.SIGINT, signal.SIGTERM])
async def test_preview_ends_cleanly(signal_number: signal.Signals) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(ROOT / "bot.py"), "--preview", "--port", "0", "--language", "de",
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    said = [await process.stdout.readline() for _ in range(4)]
    assert b"what follows # belongs to it" in said[1]
    assert said[3].startswith(b"  http://127.0.0.1:")
    process.send_signal(signal_number)
    _, errors = await asyncio.wait_for(process.communicate(), timeout=30)
    assert (process.returncode, errors) == (0, b"")


@pytest.mark.parametrize("signal_number", [signal.SIGINT, signal.SIGTERM])
async def test_bot_ends_cleanly(signal_number: signal.Signals) -> None:
    program = (
        "import asyncio, sys, bot, cogs.packs_bot\n"
        "async def start(self, token):\n"
        "    async with self:\n"
        "        await self._async_setup_hook()\n"
        "        print('up', flush=True)\n"
        "        await asyncio.sleep(60)\n"
        "cogs.packs_bot.PacksBot.start = start\n"
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


def test_preview_without_its_libraries(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # As in the container's image, which does not have this folder.
    monkeypatch.setitem(sys.modules, "preview.page", None)
    assert bot.main(["--preview"]) == 1
    said = capsys.readouterr().err
    assert "not part of the container's image" in said
    assert "make demo" in said


@pytest.mark.parametrize("mode", [[], ["--check"], ["--health"], ["--preview"]])
def test_windows_is_refused_in_one_sentence(mode: list[str]) -> None:
    program = (
        "import runpy, sys\nsys.platform = 'win32'\nrunpy.run_path('bot.py', run_name='__main__')\n"
    )
    ended = subprocess.run(  # noqa: S603
        [sys.executable, "-c", program, *mode],
        cwd=ROOT, env=REQUIRED, capture_output=True, text=True, check=False, timeout=30,
    )  # fmt: skip
    assert ended.returncode == 1
    assert ended.stdout == ""
    assert ended.stderr == "Windows is not supported: run the bot with Docker, or in WSL.\n"
