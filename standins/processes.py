"""Programs under test, each in a separate process, and their use of resources."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import sys
import tempfile
import time
from asyncio.subprocess import PIPE, Process
from collections import deque
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from standins.discord.server import DiscordServer

ROOT = Path(__file__).parent.parent

_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
_MOST_LINES = 1_000
_LONGEST_END = 15.0


class Program:
    """A running program: its log, its use of resources, and its end."""

    def __init__(self, process: Process, started_at: float) -> None:
        self.pid = process.pid
        self.started_at = started_at
        """On the clock of `time.perf_counter`, in seconds."""
        self.said: deque[str] = deque(maxlen=_MOST_LINES)
        """The latest lines of its log."""
        self.on_line: Callable[[str], None] | None = None
        """Called with each further line of its log."""
        self._process = process
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        if self._process.stderr is not None:
            async for line in self._process.stderr:
                self._hear(line.decode(errors="replace").rstrip("\n"))

    def _hear(self, line: str) -> None:
        self.said.append(line)
        if self.on_line:
            self.on_line(line)

    @property
    def status(self) -> int | None:
        """The exit status; None while it runs."""
        return self._process.returncode

    def send_signal(self, signal_number: signal.Signals) -> None:
        """Send a signal."""
        send_signal(self.pid, signal_number)

    async def ended(self, *, within: float = _LONGEST_END) -> int:
        """Wait for the end; return the exit status. Raises TimeoutError."""
        status = await asyncio.wait_for(self._process.wait(), within)
        await self._reading
        return status

    async def end(self) -> int:
        """End it with SIGTERM, or by force if that takes too long; return the exit status."""
        if self.status is None:
            self.send_signal(signal.SIGTERM)
            try:
                return await self.ended()
            except TimeoutError:
                self.send_signal(signal.SIGKILL)
        return await self.ended()

    def cpu_seconds(self) -> float:
        """Return the processor time so far, in user and kernel mode (proc(5))."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS_A_SECOND

    def memory(self) -> int:
        """Return its resident set, in bytes (proc(5))."""
        text = Path(f"/proc/{self.pid}/smaps_rollup").read_text()
        found = re.search(r"^Rss:\s+(\d+) kB", text, re.MULTILINE)
        return int(found[1]) * 1024 if found else 0

    def handles(self) -> Sequence[str]:
        """Return the targets of its open file handles: `socket:[123]` or a path (proc(5))."""
        leads: list[str] = []
        for handle in Path(f"/proc/{self.pid}/fd").iterdir():
            with suppress(FileNotFoundError):  # closed meanwhile
                leads.append(str(handle.readlink()))
        return leads


@asynccontextmanager
async def running(
    module: str,
    arguments: Sequence[str],
    environment: Mapping[str, str],
    *,
    python: str = sys.executable,
) -> AsyncGenerator[Program]:
    """Run a module of the project in an empty folder during the body."""
    with tempfile.TemporaryDirectory() as folder:
        started_at = time.perf_counter()
        process = await asyncio.create_subprocess_exec(
            python, "-m", module, *arguments,
            cwd=folder, env=_bare_environment() | dict(environment), stderr=PIPE,
        )  # fmt: skip
        program = Program(process, started_at)
        try:
            yield program
        finally:
            await program.end()


@asynccontextmanager
async def running_bot(
    discord: DiscordServer, astria_url: str, *, program: str = "bot", **settings: str
) -> AsyncGenerator[Program]:
    """Run the bot; optional settings are given by their names in lower case.

    `program` is the module whose `main` is run.
    """
    wanted = {
        "discord_token": discord.token,
        "astria_api_key": "stand-in-key",
        "astria_api_url": astria_url,
        "http_port": str(free_port()),
        # With this setting, the bot only asks for the lists at the start.
        "astria_cost_mc_per_usd": "10000",
    } | settings
    environment = {name.upper(): value for name, value in wanted.items()}
    async with running("standins.launch", [discord.url, program], environment) as bot:
        yield bot


def send_signal(pid: int, signal_number: signal.Signals) -> None:
    """Send a signal to a child process of asyncio, if it has not ended.

    asyncio's own method asks the system for the exit status first, and may take it away from the
    part of asyncio that waits for it.
    """
    with suppress(ProcessLookupError):
        os.kill(pid, signal_number)


def free_port() -> int:
    """Return a port of loopback that nobody else is given during the next minute.

    A connection that its server closed first stays in TIME_WAIT for 60 seconds (tcp(7)). Until
    then the system gives its port to no other socket; a server that asks for it gets it.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = listener.getsockname()
        with socket.create_connection(address) as client:
            accepted, _ = listener.accept()
            accepted.close()
            client.recv(1)
        return int(address[1])


def _bare_environment() -> dict[str, str]:
    kept = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "PYTHONHASHSEED")
    return {name: os.environ[name] for name in kept if name in os.environ} | {
        "PYTHONPATH": str(ROOT)
    }
