"""A stand-in for Discord on loopback, which the real discord.py connects to.

async with discord_server(guilds=10) as discord:
    ...                                   # start a bot: see standins.processes
    await discord.connected()
    asked = await discord.command("pack", {"id": "260"})
    await asked.answered()                # the first callback has arrived
    message = await asked.finished()      # the message, not the deferral
    turned = await discord.click(message, "pack:next:260:...")
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import AbstractContextManager, asynccontextmanager
from typing import Any

import msgspec
from aiohttp import web

from standins.discord.faults import Fault, HangUp
from standins.discord.gateway import RECONNECT, Gateway, Session
from standins.discord.interactions import MODAL, Interaction, time_now
from standins.discord.payloads import command_data, interaction, option
from standins.discord.people import ANYONE, Json, Member
from standins.discord.rest import BASE, Call, Rest
from standins.faraway import HOST, Distance, relay

TOKEN = "MTEwMDAwMDAwMDAwMDAwMDAwMQ.stand-in.token"  # noqa: S105 - nothing but the stand-in takes it

_COMMAND, _COMPONENT, _AUTOCOMPLETE, _MODAL_SUBMIT = 2, 3, 4, 5
_BUTTON, _SELECT = 2, 3
_FIRST_GUILD = 1_200_000_000_000_000_000 >> 22 << 22

Options = Mapping[str, str | int | bool]


class DiscordServer:
    """Discord: a gateway, a REST API, servers with one channel each, and members who ask.

    A call without `guild_id` is in the first server; DIRECT stands for a direct message.
    Every connection of a server's shard, in all processes, receives the events of the server.
    """

    def __init__(self, guilds: int, shards: int) -> None:
        self.guild_ids = [_FIRST_GUILD + (number << 22) for number in range(guilds)]
        self.gateway = Gateway(TOKEN, self.guild_ids)
        self.rest = Rest(TOKEN, self.gateway, shards)
        self.token = TOKEN
        self.url = ""
        self.before_sending: Callable[[Interaction], None] | None = None
        """Called with each interaction before the bot receives it."""

    def lives_at(self, host: str, *, secure: bool) -> None:
        """Set the address that programs connect to."""
        self.url = f"http{'s' * secure}://{host}{BASE}"
        self.gateway.url = f"ws{'s' * secure}://{host}/"

    @property
    def calls(self) -> Sequence[Call]:
        """The REST calls so far, the latest 20,000."""
        return tuple(self.rest.calls)

    def commands(self, guild_id: int | None = None) -> Sequence[Json]:
        """Return the registered commands: of all servers, or of one server."""
        return self.rest.commands.get(guild_id, [])

    async def connected(
        self, count: int = 1, *, shard: int | None = None, within: float = 60.0
    ) -> Sequence[Session]:
        """Wait for `count` sessions, of one shard or of all; return them.

        Raises TimeoutError after `within` seconds.
        """
        async with asyncio.timeout(within):
            while len(sessions := self._sessions(shard)) < count:
                await self.gateway.changed.wait()
        return sessions

    async def disconnected(self, *, within: float = 60.0) -> None:
        """Wait until no session is connected. Raises TimeoutError."""
        async with asyncio.timeout(within):
            while self._sessions(None):
                await self.gateway.changed.wait()

    def _sessions(self, shard: int | None) -> list[Session]:
        known = self.gateway.connected()
        return [session for session in known if shard is None or session.shard == shard]

    async def command(
        self, name: str, options: Options | None = None, *, by: Member = ANYONE,
        guild_id: int | None = None, typing: str | None = None,
    ) -> Interaction:  # fmt: skip
        """Use a slash command; with `typing`, ask for autocomplete of that option."""
        given = [
            option(key, value, focused=key == typing) for key, value in (options or {}).items()
        ]
        place = self._place(guild_id)
        data = command_data(self._command(name, 1, place), given)
        return await self._send(_AUTOCOMPLETE if typing else _COMMAND, data, by, place)

    async def message_command(
        self, name: str, target: Json, *, by: Member = ANYONE, guild_id: int | None = None
    ) -> Interaction:
        """Use a command of a message's menu."""
        place = self._place(guild_id)
        data = command_data(self._command(name, 3, place), [])
        data["target_id"] = target["id"]
        data["resolved"] = {"messages": {target["id"]: target}}
        return await self._send(_COMMAND, data, by, place)

    async def click(
        self, message: Json, custom_id: str, *, by: Member = ANYONE, guild_id: int | None = None
    ) -> Interaction:
        """Press a button of a message."""
        data = {"id": 2, "custom_id": custom_id, "component_type": _BUTTON}
        return await self._send(_COMPONENT, data, by, self._place(guild_id), message)

    async def choose(
        self, message: Json, custom_id: str, values: Sequence[str], *, by: Member = ANYONE,
        guild_id: int | None = None,
    ) -> Interaction:  # fmt: skip
        """Choose options of a message's menu."""
        data = {
            "id": 2, "custom_id": custom_id, "component_type": _SELECT, "values": list(values),
        }  # fmt: skip
        return await self._send(_COMPONENT, data, by, self._place(guild_id), message)

    async def submit(
        self, opened: Interaction, values: Mapping[str, str], *, by: Member = ANYONE,
        guild_id: int | None = None,
    ) -> Interaction:  # fmt: skip
        """Fill in the box that answered an interaction, by the inputs' `custom_id`."""
        answer = (await opened.answered()).body
        if answer["type"] != MODAL:
            raise ValueError("the interaction was not answered with a box")
        box = answer["data"]
        data = {
            "custom_id": box["custom_id"],
            "components": [_filled(label, values) for label in box["components"]],
        }
        message = opened.payload.get("message")
        return await self._send(_MODAL_SUBMIT, data, by, self._place(guild_id), message)

    def fault(
        self, method: str, path: str, *, status: int | None = None, code: int = 0,
        delay: float = 0.0, times: int | None = None, held: bool = False,
        hangs_up: HangUp | None = None, retry_after: float | None = None, handled: bool = False,
    ) -> AbstractContextManager[Fault]:  # fmt: skip
        """Make calls fail, be slow, or be held until the end or `release`; see `Fault`.

        `path` is a pattern to search for in the path, without `/api/v10`.
        """
        return self.rest.faults.during(
            Fault(
                method, re.compile(path), status, code, delay, times, held, retry_after,
                hangs_up, handled,
            )
        )  # fmt: skip

    async def ask_to_reconnect(self, shard: int = 0) -> None:
        """Tell the connections of a shard to reconnect, as Discord does sometimes."""
        for session in self._sessions(shard):
            if session.connection:
                await session.connection.say(RECONNECT)

    def cut_off(self, shard: int | None = 0) -> None:
        """Break the connections of a shard, or of all, without a close frame."""
        for session in self._sessions(shard):
            if session.connection:
                session.connection.abort()

    def _place(self, guild_id: int | None) -> int:
        return self.guild_ids[0] if guild_id is None else guild_id

    def _command(self, name: str, kind: int, guild_id: int) -> Mapping[str, Any]:
        for command in (*self.commands(guild_id), *self.commands()):
            if command["name"] == name and command["type"] == kind:
                return command
        raise LookupError(f"the bot has registered no command {name}")

    async def _send(
        self, kind: int, data: Json, by: Member, guild_id: int, message: Json | None = None
    ) -> Interaction:
        payload = interaction(kind, data, by, guild_id)
        if message is not None:
            payload["message"] = message
        sent = Interaction(payload)
        self.rest.expect(sent)
        if self.before_sending:
            self.before_sending(sent)
        encoded = msgspec.json.encode(payload)
        for session in self.gateway.sessions.values():
            if not session.has(guild_id):
                continue
            frame = session.next_frame("INTERACTION_CREATE", encoded)
            if session.connection is None:
                continue
            wire = session.connection.prepared(frame)
            sent.sent_at = sent.sent_at or time_now()
            sent.connections += 1
            await session.connection.write(wire)
        # If no session is connected, one that resumes gets the event; its time starts now anyway.
        sent.sent_at = sent.sent_at or time_now()
        return sent


def _filled(label: Json, values: Mapping[str, str]) -> Json:
    field = label["component"]
    return {
        "type": label["type"],
        "id": 1,
        "component": {
            "type": field["type"],
            "id": 2,
            "custom_id": field["custom_id"],
            "value": values.get(field["custom_id"], ""),
        },
    }


# Cloudflare, in front of Discord, keeps idle connections this long. In seconds.
_KEPT_FOR = 400


@asynccontextmanager
async def discord_server(
    *, guilds: int = 10, shards: int = 1, port: int = 0, distance: Distance | None = None
) -> AsyncGenerator[DiscordServer]:
    """Serve a Discord with `guilds` servers on a free loopback port, optionally at a distance.

    `shards` is the number that it recommends to bots.
    """
    server = DiscordServer(guilds, shards)
    app = web.Application()
    server.rest.add_to(app)
    app.router.add_get("/", server.gateway.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0, keepalive_timeout=_KEPT_FOR)
    await runner.setup()
    try:
        tls = distance.tls if distance else None
        await web.TCPSite(runner, "127.0.0.1", port, ssl_context=tls).start()
        near = int(runner.addresses[0][1])
        if distance is None:
            server.lives_at(f"127.0.0.1:{near}", secure=False)
            yield server
        else:
            async with relay(near, distance.each_way) as far:
                server.lives_at(f"{HOST}:{far}", secure=True)
                yield server
    finally:
        # Otherwise aiohttp would wait until the bots leave.
        server.cut_off(shard=None)
        await runner.cleanup()
