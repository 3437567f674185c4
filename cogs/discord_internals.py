"""Everything the bot uses of discord.py that discord.py does not document.

Checked in the sources of discord.py 2.7.1; pyproject.toml pins its minor version, and
tests/cogs/test_discord_internals.py has a contract test for each part. What each part is for, and
what it saves, stands in its docstring.
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
    """Answer an interaction that has no answer yet with a body that is ready, as JSON.

    discord.py's own methods build the body from embeds and views each time, ask for the message
    that Discord makes of it, and parse that: a third of the time of an answer from memory (see
    docs/performance.md). Raises what they raise.

    Source: Discord's developer documentation, "Receiving and Responding", "Interaction Callback".
    """
    if interaction.response.is_done():
        raise discord.InteractionResponded(interaction)
    adapter = async_context.get()
    if isinstance(adapter, AnswerAdapter):
        await adapter.answer(interaction, body)
    else:
        await adapter.request(**_callback(interaction), payload=json.loads(body))
    # discord.py's own methods look here to see whether there has been an answer.
    interaction.response._response_type = kind  # pyright: ignore[reportPrivateUsage]


class _Callback(TypedDict):
    route: Route
    session: aiohttp.ClientSession
    proxy: str | None
    proxy_auth: aiohttp.BasicAuth | None


def _callback(interaction: discord.Interaction) -> _Callback:
    """Return what discord.py's adapter needs to send a first answer."""
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
    """Send answers to interactions, and once more if the connection that was kept open has gone.

    discord.py leaves that to aiohttp, which repeats neither a POST nor a PATCH. If Discord says to
    the repeat that the interaction has its answer, the first attempt had arrived.
    """

    async def answer(self, interaction: discord.Interaction, body: bytes) -> None:
        """Send a first answer; raises what `request` does.

        `request` builds the body and the address each time, and sends one answer after the other:
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
        """Send one request about an interaction; raises what discord.py's own adapter does."""
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
    """Tell whether a request failed only because a connection that was kept open had gone."""
    if isinstance(error, aiohttp.ClientConnectorError) or session.closed:
        # There is no new connection either, or the bot itself has gone.
        return False
    log.debug("the connection to Discord had gone; asking again", cause=repr(error))
    return True


def _pause_after(response: aiohttp.ClientResponse, told: _Event | str) -> float:
    """Return the seconds after which an answer that Discord did not take may be sent again.

    Raises discord.HTTPException if it may not.
    """
    if response.status == HTTPStatus.TOO_MANY_REQUESTS and "Via" in response.headers:
        return float(cast(_Event, told)["retry_after"])
    if response.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _PAUSE
    kinds = {HTTPStatus.FORBIDDEN: discord.Forbidden, HTTPStatus.NOT_FOUND: discord.NotFound}
    raise kinds.get(HTTPStatus(response.status), discord.HTTPException)(response, told)


def answer_through_adapter() -> None:
    """Let the current task and those that it begins answer through AnswerAdapter."""
    if type(async_context.get()) is AsyncWebhookAdapter:
        async_context.set(AnswerAdapter())


class UnkeptView(discord.ui.View):
    """A view that discord.py does not keep after it is sent, and that can be sent again.

    discord.py keeps each view without a time-out for as long as the process runs, and starts to
    call it. A view that has stopped before it is sent is left alone.
    """

    def __init__(self) -> None:
        super().__init__(timeout=None)
        self.stop()


# Commands


class CommandTree(app_commands.CommandTree):
    """discord.py's command tree, with one method that every command and autocomplete goes through.

    discord.py itself has checks before a command, and handlers after some of its errors, but no
    place around all of it; it logs what fails in an autocomplete as a fault of the bot, even if
    Discord did not take the answer.
    """

    @abstractmethod
    async def receive(
        self, interaction: discord.Interaction, work: Callable[[], Awaitable[None]]
    ) -> None:
        """Let an interaction in: `work` runs its command or autocomplete."""

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
    """Return the name of the option that is being typed."""
    data = cast("Mapping[str, Sequence[Json]]", interaction.data)
    options = data.get("options", ())
    return next((str(one.get("name")) for one in options if one.get("focused")), None)


async def registered_commands(client: discord.Client, guild_id: int | None) -> Sequence[Json]:
    """Return the commands that Discord has, of all servers or of one, as it sends them.

    discord.py's own call leaves out the translations. Raises discord.HTTPException.
    """
    raw: object = await client.http.request(
        Route("GET", _commands_path(client, guild_id)), params={"with_localizations": "true"}
    )
    return cast("Sequence[Json]", raw)


async def overwrite_commands(
    client: discord.Client, guild_id: int | None, commands: Sequence[Json]
) -> Sequence[Json]:
    """Replace all commands that Discord has, of all servers or of one; return what it has now.

    discord.py's own call writes only what the bot makes, and so removes the rest. Raises
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
    """Let `receive` have each click, choice and filled-in box, in a task of its own.

    discord.py itself looks for a view of it, which the bot does not keep, and begins a task for
    each listener of each interaction, commands too. The embeds of a message that was clicked in are
    left out, and its controls but those whose `custom_id` begins with `keep`: nobody reads them, as
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


# The types of an interaction that is a command, or the typing of one.
_COMMANDS = {2, 4}


def _rows_with(rows: Sequence[Any], beginning: str) -> Iterator[Json]:
    for row in rows:
        controls = row.get("components", ())
        kept = [one for one in controls if str(one.get("custom_id")).startswith(beginning)]
        if kept:
            yield {**row, "components": kept}


def _check_interaction(event: _Event) -> None:
    """Raise KeyError or TypeError if an interaction has no user, or does not say what was used."""
    user = event["member"]["user"] if event.get("member") else event["user"]
    user["id"]
    event["data"]["name" if event["type"] in _COMMANDS else "custom_id"]


# A connection that ends sooner counts as one that failed. In seconds.
_SHORT = 60.0

# One attempt to connect, and the longest pause before the next one. In seconds.
_CONNECTING = 60.0
_LONGEST_PAUSE = 60.0

# What discord.py itself handles.
_HANDLED = (
    ReconnectWebSocket,
    WebSocketClosure,
    discord.ConnectionClosed,
    OSError,
    aiohttp.ClientError,
    TimeoutError,
)


class HungUp(ConnectionError):
    """The gateway closes connections as soon as they are made."""

    def __init__(self) -> None:
        super().__init__("the gateway closes connections as soon as they are made")


class GatewaySocket(DiscordWebSocket):
    """The connection of a shard, which survives what it cannot read.

    In discord.py itself an exception while any event is read ends the process, and a gateway that
    closes connections at once is asked again without any pause.
    """

    _short_lived: ClassVar = WeakKeyDictionary[discord.Client, Counter[int | None]]()
    """How many connections of a shard in a row have ended too soon."""

    _client: discord.Client | None = None
    _opened = 0.0
    _frame: object = None

    @classmethod
    async def from_client(cls, client: discord.Client, **options: object) -> GatewaySocket:
        """Connect; the first connection of a shard is tried until it succeeds.

        discord.py would call itself for each attempt, every five seconds, until the stack is full.
        """
        backoff = ExponentialBackoff()
        while True:
            try:
                async with asyncio.timeout(_CONNECTING):
                    socket = cast(
                        GatewaySocket, await super().from_client(client, **cast(_Event, options))
                    )
            except Exception as error:
                # discord.py says so only of the first connection, and itself tries others again.
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
                # Nobody listens to the events of the socket itself.
                socket._dispatch = _ignore
                return socket

    async def poll_event(self) -> None:
        """Handle the next event. Raises HungUp instead of coming back at once a second time."""
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
        """Keep the frame until it has been read, to be able to name its event."""
        self._frame = data

    async def received_message(self, msg: object, /) -> None:
        """Read a frame; ask for a new connection only if this one cannot go on without it."""
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
            log.debug("where it cannot be read", exc_info=error)
            if self._needs(event):
                await self.close()
                raise ReconnectWebSocket(self.shard_id, resume=bool(self.session_id)) from None

    def _needs(self, event: str | None) -> bool:
        """Tell whether the connection cannot go on without this event."""
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
        # Such as NaN, or half of a surrogate pair.
        return json.loads(text)


def survive_the_gateway() -> None:
    """Let discord.py's shards connect through GatewaySocket, and read JSON with msgspec.

    discord.py itself reads it with `json` or, if that is installed, with orjson. msgspec takes less
    than half the time of `json`, which is 2 % of the time of a page turn.
    """
    discord.shard.DiscordWebSocket = GatewaySocket  # pyright: ignore[reportPrivateImportUsage]
    discord.utils._from_json = _from_json  # pyright: ignore[reportPrivateUsage]
