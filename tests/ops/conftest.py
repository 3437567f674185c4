"""The bot as a separate process, as an operator runs it, with stand-ins on loopback."""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from standins.discord.server import DiscordServer, discord_server
from standins.processes import ROOT, Program, free_port
from tests.monitor import Monitor

# Like `bot.py`, but with the stand-in instead of Discord.
_PROGRAM = (
    "import sys; from standins.launch import point_at; point_at(sys.argv[1]); "
    "import bot; sys.exit(bot.main(sys.argv[2:]))"
)


@pytest.fixture
async def discord() -> AsyncIterator[DiscordServer]:
    async with discord_server() as server:
        yield server


@dataclass
class Ended:
    """The output of a program, and its exit status."""

    status: int
    said: str
    complained: str


async def start(discord_url: str, *arguments: str, **settings: str) -> Process:
    """Run `bot.py` with arguments."""
    return await asyncio.create_subprocess_exec(
        sys.executable, "-c", _PROGRAM, discord_url, *arguments,
        cwd=ROOT, stdout=PIPE, stderr=PIPE,
        env={name.upper(): value for name, value in settings.items()},
    )  # fmt: skip


async def run(discord_url: str, *arguments: str, **settings: str) -> Ended:
    """Run `bot.py` with arguments until it ends."""
    process = await start(discord_url, *arguments, **settings)
    said, complained = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode is not None
    return Ended(process.returncode, said.decode(), complained.decode())


def log_of(program: Program) -> list[dict[str, Any]]:
    """Return the lines of a log in JSON."""
    return [json.loads(line) for line in program.said]


@pytest.fixture
def monitor() -> Monitor:
    return Monitor(free_port())
