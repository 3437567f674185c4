"""Read a bot's HTTP endpoint."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import aiohttp

from tests.waiting import until


@dataclass
class Monitor:
    """A bot's HTTP endpoint."""

    port: int

    async def get(self, path: str) -> tuple[int, str]:
        """Return the status and the body of an answer."""
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"http://127.0.0.1:{self.port}{path}") as response,
        ):
            return response.status, await response.text()

    async def readiness(self) -> tuple[int, dict[str, Any]]:
        """Return the status and the state in `/readyz`."""
        status, body = await self.get("/readyz")
        return status, json.loads(body)

    async def listens(self) -> None:
        """Wait until the endpoint answers."""

        async def answers() -> bool:
            try:
                return (await self.get("/healthz"))[0] == 200
            except aiohttp.ClientConnectionError:
                return False

        await until(answers)

    async def ready(self) -> None:
        """Wait until the bot is ready."""
        await self.listens()

        async def is_ready() -> bool:
            return (await self.readiness())[0] == 200

        await until(is_ready)
