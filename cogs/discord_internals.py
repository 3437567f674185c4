"""All undocumented parts of discord.py that the bot uses.

Checked in the source of discord.py 2.7.1; pyproject.toml pins its minor version, and
tests/cogs/test_discord_internals.py has a contract test for each part. The docstrings say the
purpose of each part, and what it saves.
"""

from __future__ import annotations

import asyncio
import json
import time
from abc import abstractmethod
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping, Sequence
from functools import partial
from http import HTTPStatus
from typing import Any, ClassVar, TypedDict, cast
from weakref import WeakKeyDictionary

import aiohttp
import discord
import discord.shard
import discord.utils
import msgspec
import structlog
import yarl
from discord import app_commands
from discord.backoff import ExponentialBackoff
from discord.gateway import DiscordWebSocket, ReconnectWebSocket, WebSocketClosure
from discord.http import Route, json_or_text
from discord.webhook.async_ import AsyncWebhookAdapter, async_context

log = structlog.stdlib.get_logger("cogs.gateway")

Json = Mapping[str, object]
_Event = dict[str, Any]


# The first answer


async def call_back(
    interaction: discord.Interaction, kind: discord.InteractionResponseType, body: bytes
) -> None:
    """Send the first answer to an interaction, from a body that is JSON already.

    discord.py's own methods build the body from embeds and views each time, ask Discord for the
    new message, and parse it: a third of the time of an answer from memory (see
    docs/performance.md). Raises the same errors as these methods.

    Source: Discord's developer documentation, "Receiving and Responding", "Interaction Callback".
    """
    if interaction.response.is_done():
        raise discord.InteractionResponded(interaction)
    adapter = async_context.get()
    if isinstance(adapter, AnswerAdapter):
        await adapter.answer(interaction, body)
    else:
        await adapter.request(**_callback(interaction), payload=json.loads(body))
    # discord.py's own methods check this to see whether there is an answer already.
    interaction.response._response_type = kind  # pyright: ignore[reportPrivateUsage]


class _Callback(TypedDict):
    route: Route
    session: aiohttp.ClientSession
    proxy: str | None
    proxy_auth: aiohttp.BasicAuth | None


def _callback(interaction: discord.Interaction) -> _Callback:
    """Return the arguments that discord.py's adapter needs to send a first answer."""
    http = interaction.client.http
    route = Route(
        "POST",
        "/interactions/{webhook_id}/{webhook_token}/callback",
        webhook_id=interaction.id,
        webhook_token=interaction.token,
    )
    session = interaction._session  # pyright: ignore[reportPrivateUsage]
    return _Callback(route=route, session=session, proxy=http.proxy, proxy_auth=http.proxy_auth)


_ALREADY_ANSWERED = 40060
_JSON = {"Content-Type": "application/json"}

# The pause before an answer is sent again after a 5xx. In seconds, as in discord.py.
_PAUSE = 1.0


class AnswerAdapter(AsyncWebhookAdapter):
    """Send answers to interactions; send once more if the kept connection was closed.

    discord.py relies on aiohttp, which repeats neither a POST nor a PATCH. If Discord replies to
    the second attempt that the interaction has its answer, the first attempt had arrived.
    """

    async def answer(self, interaction: discord.Interaction, body: bytes) -> None:
        """Send a first answer; raises the same errors as `request`.

        `request` builds the body and the address each time, and sends only one answer at a time:
        that takes a twentieth of the time of an answer from memory.
        """
        url = f"{Route.BASE}/interactions/{interaction.id}/{interaction.token}/callback"
        http, pause = interaction.client.http, 0.0
        session = interaction._session  # pyright: ignore[reportPrivateUsage]
        try:
            async with session.post(
                yarl.URL(url, encoded=True),
                data=body,
                headers=_JSON,
                proxy=http.proxy,
                proxy_auth=http.proxy_auth,
            ) as response:
                if response.status < HTTPStatus.MULTIPLE_CHOICES:
                    return
                pause = _pause_after(response, await json_or_text(response))
        except _LOST as error:
            if not _had_gone(error, session):
                raise
        await asyncio.sleep(pause)
        await self._repeat(**_callback(interaction), payload=json.loads(body))

    async def request(
        self, route: Route, session: aiohttp.ClientSession, **options: object
    ) -> object:
        """Send one request about an interaction; raises the same errors as discord.py's adapter."""
        try:
            return await super().request(route, session, **cast(_Event, options))
        except _LOST as error:
            if not _had_gone(error, session):
                raise
        return await self._repeat(route, session, **options)

    async def _repeat(
        self, route: Route, session: aiohttp.ClientSession, **options: object
    ) -> object:
        try:
            return await super().request(route, session, **cast(_Event, options))
        except discord.HTTPException as error:
            if error.code != _ALREADY_ANSWERED:
                raise
            return None


_LOST = (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError)


def _had_gone(error: Exception, session: aiohttp.ClientSession) -> bool:
    """Tell whether a request failed only because a kept connection was closed."""
    if isinstance(error, aiohttp.ClientConnectorError) or session.closed:
        # A new connection failed too, or the bot is closing.
        return False
    log.debug("the connection to Discord was closed; sending the request again", cause=repr(error))
    return True


def _pause_after(response: aiohttp.ClientResponse, told: _Event | str) -> float:
    """Return the seconds to wait before sending an answer again that Discord did not accept.

    Raises discord.HTTPException if it must not be sent again.
    """
    if response.status == HTTPStatus.TOO_MANY_REQUESTS and "Via" in response.headers:
        return float(cast(_Event, told)["retry_after"])
    if response.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _PAUSE
    kinds = {HTTPStatus.FORBIDDEN: discord.Forbidden, HTTPStatus.NOT_FOUND: discord.NotFound}
    raise kinds.get(HTTPStatus(response.status), discord.HTTPException)(response, told)


def answer_through_adapter() -> None:
    """Let the current task, and the tasks that it starts, answer through AnswerAdapter."""
    if type(async_context.get()) is AsyncWebhookAdapter:
        async_context.set(AnswerAdapter())


class UnkeptView(discord.ui.View):
    """A view that discord.py does not keep after sending, and that can be sent again.

    discord.py keeps each view without a timeout until the process ends, and dispatches to it.
    It does not keep a view that was stopped before sending.
    """

    def __init__(self) -> None:
        super().__init__(timeout=None)
        self.stop()


# Commands


class CommandTree(app_commands.CommandTree):
    """discord.py's command tree, with one method that handles every command and autocomplete.

    discord.py has checks before a command, and handlers for some of its errors, but no method
    around all of it. It logs each failure in an autocomplete as a fault of the bot, even if
    Discord did not accept the answer.
    """

    @abstractmethod
    async def receive(
        self, interaction: discord.Interaction, work: Callable[[], Awaitable[None]]
    ) -> None:
        """Handle an interaction: `work` runs its command or autocomplete."""

    async def _call(self, interaction: discord.Interaction) -> None:
        typed = interaction.type is discord.InteractionType.autocomplete
        work = self._complete if typed else super()._call
        await self.receive(interaction, partial(work, interaction))

    async def _complete(self, interaction: discord.Interaction) -> None:
        command, focused = interaction.command, _focused(interaction)
        if not isinstance(command, app_commands.Command) or focused is None:
            await super()._call(interaction)
            return
        complete = command._invoke_autocomplete  # pyright: ignore[reportPrivateUsage]
        await complete(interaction, focused, interaction.namespace)


def _focused(interaction: discord.Interaction) -> str | None:
    """Return the name of the option that the member is typing."""
    data = cast("Mapping[str, Sequence[Json]]", interaction.data)
    options = data.get("options", ())
    return next((str(one.get("name")) for one in options if one.get("focused")), None)


async def registered_commands(client: discord.Client, guild_id: int | None) -> Sequence[Json]:
    """Return Discord's commands, of all servers or of one, as raw JSON.

    discord.py's own method leaves out the translations. Raises discord.HTTPException.
    """
    raw: object = await client.http.request(
        Route("GET", _commands_path(client, guild_id)), params={"with_localizations": "true"}
    )
    return cast("Sequence[Json]", raw)


async def overwrite_commands(
    client: discord.Client, guild_id: int | None, commands: Sequence[Json]
) -> Sequence[Json]:
    """Replace all commands at Discord, of all servers or of one; return the new ones.

    discord.py's own method writes only the bot's commands, and so removes others. Raises
    discord.HTTPException.
    """
    route = Route("PUT", _commands_path(client, guild_id))
    raw: object = await client.http.request(route, json=commands)
    return cast("Sequence[Json]", raw)


def _commands_path(client: discord.Client, guild_id: int | None) -> str:
    place = f"/guilds/{guild_id}" if guild_id else ""
    return f"/applications/{client.application_id}{place}/commands"


# The gateway


def receive_controls(
    client: discord.Client,
    receive: Callable[[discord.Interaction], Coroutine[None, None, None]],
    keep: str = "",
) -> None:
    """Call `receive` with each click, choice and filled-in box, in a separate task.

    discord.py looks for a kept view, which this bot does not have, and starts a task for each
    listener of each interaction, commands too. The embeds of the clicked message are left out, and
    so are its controls, except those whose `custom_id` begins with `keep`: nobody reads them, as
    each control says what it does. All this saves 5 % of the time of a page turn.

    An interaction with missing parts is refused: the connection logs that in one line.
    """
    state = client._connection  # pyright: ignore[reportPrivateUsage]
    tree = cast(CommandTree, state._command_tree)  # pyright: ignore[reportPrivateUsage]

    def parse_interaction(event: _Event) -> None:
        _check_interaction(event)
        if message := event.get("message"):
            kept = list(_rows_with(message.get("components", ()), keep))
            event |= {"message": {**message, "embeds": [], "components": kept}}
        interaction = discord.Interaction(data=cast(Any, event), state=state)
        if event["type"] in _COMMANDS:
            tree._from_interaction(interaction)  # pyright: ignore[reportPrivateUsage]
        else:
            client.loop.create_task(receive(interaction))

    state.parsers["INTERACTION_CREATE"] = parse_interaction


# The interaction types of a command and of its autocomplete.
_COMMANDS = {2, 4}


def _rows_with(rows: Sequence[Any], beginning: str) -> Iterator[Json]:
    for row in rows:
        controls = row.get("components", ())
        kept = [one for one in controls if str(one.get("custom_id")).startswith(beginning)]
        if kept:
            yield {**row, "components": kept}


def _check_interaction(event: _Event) -> None:
    """Raise KeyError or TypeError if an interaction names no user, or no command or control."""
    user = event["member"]["user"] if event.get("member") else event["user"]
    user["id"]
    event["data"]["name" if event["type"] in _COMMANDS else "custom_id"]


# A connection that ends sooner counts as failed. In seconds.
_SHORT = 60.0

# The limit for an attempt to connect, and the longest pause before the next one. In seconds.
_CONNECTING = 60.0
_LONGEST_PAUSE = 60.0

# Errors that discord.py handles.
_HANDLED = (
    ReconnectWebSocket,
    WebSocketClosure,
    discord.ConnectionClosed,
    OSError,
    aiohttp.ClientError,
    TimeoutError,
)


class HungUp(ConnectionError):
    """The gateway closes connections as soon as they are open."""

    def __init__(self) -> None:
        super().__init__("the gateway closes connections as soon as they are made")


class GatewaySocket(DiscordWebSocket):
    """The connection of a shard, which survives unreadable events.

    In discord.py, an exception while reading an event ends the process, and a gateway that closes
    connections at once is asked again without a pause.
    """

    _short_lived: ClassVar = WeakKeyDictionary[discord.Client, Counter[int | None]]()
    """The number of connections in a row that ended too soon, by shard."""

    _client: discord.Client | None = None
    _opened = 0.0
    _frame: object = None

    @classmethod
    async def from_client(cls, client: discord.Client, **options: object) -> GatewaySocket:
        """Connect; try the first connection of a shard until it succeeds.

        discord.py makes each attempt a recursive call, every five seconds, until the stack is full.
        """
        backoff = ExponentialBackoff()
        while True:
            try:
                async with asyncio.timeout(_CONNECTING):
                    socket = cast(
                        GatewaySocket, await super().from_client(client, **cast(_Event, options))
                    )
            except Exception as error:
                # Only the first connection has `initial`; discord.py repeats later ones itself.
                if "initial" not in options:
                    raise
                pause = min(backoff.delay(), _LONGEST_PAUSE)
                log.warning(
                    "the gateway cannot be reached",
                    shard=options.get("shard_id"),
                    cause=str(error) or repr(error),
                    seconds_until_next=round(pause, 1),
                )
                await asyncio.sleep(pause)
            else:
                socket._client, socket._opened = client, time.monotonic()
                # Nobody listens to events about the socket.
                socket._dispatch = _ignore
                return socket

    async def poll_event(self) -> None:
        """Handle the next event. Raises HungUp if the connection ends at once for a second time."""
        try:
            await super().poll_event()
        except ReconnectWebSocket:
            if self._client is None:
                raise HungUp from None
            counts = self._short_lived.setdefault(self._client, Counter())
            lived = time.monotonic() - self._opened
            counts[self.shard_id] = counts[self.shard_id] + 1 if lived < _SHORT else 0
            if counts[self.shard_id] > 1:
                raise HungUp from None
            raise

    def log_receive(self, data: object, /) -> None:
        """Keep the frame until it has been read, so that the log can name its event."""
        self._frame = data

    async def received_message(self, msg: object, /) -> None:
        """Read a frame; if it is unreadable, reconnect only if the connection depends on it."""
        self._frame = None
        try:
            await super().received_message(msg)
        except _HANDLED:
            raise
        except Exception as error:
            event = _event_name(self._frame)
            log.warning(
                "a gateway event cannot be read",
                gateway_event=event,
                shard=self.shard_id,
                cause=repr(error)[:200],
            )
            log.debug("position of the fault in the gateway event", exc_info=error)
            if self._needs(event):
                await self.close()
                raise ReconnectWebSocket(self.shard_id, resume=bool(self.session_id)) from None

    def _needs(self, event: str | None) -> bool:
        """Tell whether the connection depends on this event."""
        undecompressed = self._frame is None
        return undecompressed or event in {"HELLO", "READY", "RESUMED"}


def _event_name(frame: object) -> str | None:
    """Return the name of the event in a frame; None if it has none."""
    try:
        told = json.loads(cast(str, frame))
        return "HELLO" if told.get("op") == DiscordWebSocket.HELLO else str(told["t"])[:50]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _ignore(event: str, /, *arguments: object) -> None:
    pass


def _from_json(text: str) -> object:
    try:
        return msgspec.json.decode(text)
    except ValueError:
        # msgspec refuses NaN and lone surrogates, for example.
        return json.loads(text)


def survive_the_gateway() -> None:
    """Make discord.py's shards connect through GatewaySocket, and read JSON with msgspec.

    discord.py reads it with `json` or, if installed, with orjson. msgspec takes less than half the
    time of `json`, which saves 2 % of the time of a page turn.
    """
    discord.shard.DiscordWebSocket = GatewaySocket  # pyright: ignore[reportPrivateImportUsage]
    discord.utils._from_json = _from_json  # pyright: ignore[reportPrivateUsage]
