"""The floor: a bare websocket client that answers each interaction frame by hand.

    python -m benchmarks.baselines.floor http://127.0.0.1:PORT/api/v10

No Python program on aiohttp can answer faster.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys

import aiohttp
import msgspec

from standins.discord.gateway import HELLO, IDENTIFY

_APPLICATION = "/oauth2/applications/@me"
_PONG = b'{"type":4,"data":{"content":"pong"}}'
_COMMAND = [{"name": "ping", "description": "Answer at once", "type": 1}]


class _Asked(msgspec.Struct):
    id: str
    token: str


class _Application(msgspec.Struct):
    id: str


class _Gateway(msgspec.Struct):
    url: str


class _Frame(msgspec.Struct):
    op: int
    t: str | None = None
    d: msgspec.Raw = msgspec.Raw()


_frames = msgspec.json.Decoder(_Frame)


class _Client:
    def __init__(self, session: aiohttp.ClientSession, discord: str) -> None:
        self._session = session
        self._discord = discord
        self._headers = {"Authorization": f"Bot {os.environ['DISCORD_TOKEN']}"}
        self._answering: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        application = msgspec.json.decode(await self._get(_APPLICATION), type=_Application)
        commands = f"{self._discord}/applications/{application.id}/commands"
        async with self._session.put(commands, json=_COMMAND, headers=self._headers) as response:
            response.raise_for_status()
        gateway = msgspec.json.decode(await self._get("/gateway/bot"), type=_Gateway)
        async with self._session.ws_connect(f"{gateway.url}?v=10&encoding=json") as socket:
            async for received in socket:
                frame = _frames.decode(received.data)
                if frame.op == HELLO:
                    await socket.send_json({"op": IDENTIFY, "d": self._identity()})
                elif frame.t == "INTERACTION_CREATE":
                    task = asyncio.create_task(self._answer(frame.d))
                    self._answering.add(task)
                    task.add_done_callback(self._answering.discard)

    def _identity(self) -> dict[str, object]:
        return {"token": os.environ["DISCORD_TOKEN"], "intents": 0, "properties": {}}

    async def _get(self, path: str) -> bytes:
        async with self._session.get(self._discord + path, headers=self._headers) as response:
            response.raise_for_status()
            return await response.read()

    async def _answer(self, data: msgspec.Raw) -> None:
        asked = msgspec.json.decode(data, type=_Asked)
        address = f"{self._discord}/interactions/{asked.id}/{asked.token}/callback"
        headers = {"Content-Type": "application/json"}
        async with self._session.post(address, data=_PONG, headers=headers) as response:
            await response.read()


async def _run(discord: str) -> None:
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as session:
        await _Client(session, discord).run()


def main() -> int:
    """Answer until the gateway closes or a signal ends it; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("discord", help="the address of the REST API")
    asyncio.run(_run(parser.parse_args().discord))
    return 0


if __name__ == "__main__":
    sys.exit(main())
