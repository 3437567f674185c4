"""The part of Discord's REST API that the bot uses."""

from __future__ import annotations

import re
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

import msgspec
from aiohttp import web
from aiohttp.typedefs import Handler

from standins.discord.faults import Faults, HangUp
from standins.discord.gateway import Gateway
from standins.discord.guilds import channel, guild
from standins.discord.interactions import UNKNOWN_MESSAGE, Interaction, Refused, time_now
from standins.discord.messages import EPHEMERAL, post
from standins.discord.payloads import registered_command
from standins.discord.people import Json, application, bot_user, member_of_server, snowflake

BASE = "/api/v10"

T = TypeVar("T")

# Like Discord, the stand-in forgets older ones.
_MOST_INTERACTIONS = 5_000
_MOST_CALLS = 20_000

_UNKNOWN_WEBHOOK = 404, 10015, "Unknown Webhook"
_UNKNOWN_INTERACTION = 404, 10062, "Unknown interaction"

_ENTRY_POINT = 4
_ENTRY_POINT_REMOVED = (
    400, 50240,
    "You cannot remove this app's Entry Point command in a bulk update operation. "
    "Please include the Entry Point command in your update request or delete it separately.",
)  # fmt: skip

_LOCALIZATIONS = ("name_localizations", "description_localizations")

_TOKEN = re.compile(r"(/(?:webhooks|interactions)/\d+/)[^/]+")


@dataclass(frozen=True, slots=True)
class Call:
    """One request to the REST API; the token of an interaction is left out of its path."""

    method: str
    path: str
    status: int
    at: float
    """The time of its arrival, on `time.perf_counter`, in seconds."""


class Rest:
    """The routes and their data: commands, interactions, calls so far."""

    def __init__(self, token: str, gateway: Gateway, shards: int) -> None:
        self.calls: deque[Call] = deque(maxlen=_MOST_CALLS)
        self.faults = Faults()
        self.commands: dict[int | None, list[Json]] = {None: []}
        """By server; the key None has those of all servers."""
        self.bot_public = False
        """Whether anyone can add the bot to a server: Discord's "Public Bot"."""
        self.posts: dict[object, Json] = {}
        """The messages that the bot has posted without an interaction, by their nonces."""
        self.overwrites: list[Json] = []
        """The permission overwrites of the channels."""
        self._interactions: OrderedDict[str, Interaction] = OrderedDict()
        self.starts = {"total": 1000, "remaining": 999, "reset_after": 0, "max_concurrency": 1}
        """The limit of the bot's starts; `reset_after` is in milliseconds."""
        self._token = token
        self._gateway = gateway
        self._shards = shards

    def expect(self, interaction: Interaction) -> None:
        """Add an interaction, and forget the oldest one if there are too many."""
        self._interactions[interaction.token] = interaction
        if len(self._interactions) > _MOST_INTERACTIONS:
            self._interactions.popitem(last=False)

    def add_to(self, app: web.Application) -> None:
        """Add the routes to a web application."""
        app.middlewares.append(self._around)
        commands = "/applications/{application}/commands"
        of_guild = "/applications/{application}/guilds/{guild}/commands"
        webhook = "/webhooks/{application}/{token}"
        one_message = f"{webhook}/messages/{{message}}"
        in_channel = "/channels/{channel}/messages/{message}"
        routes: list[tuple[str, str, Callable[[web.Request], Awaitable[web.Response]]]] = [
            ("GET", "/gateway/bot", self._bot(self._get_gateway)),
            ("GET", "/users/@me", self._bot(self._get_user)),
            ("GET", "/applications/@me", self._bot(self._get_application)),
            ("GET", "/oauth2/applications/@me", self._bot(self._get_application)),
            ("GET", "/channels/{channel}", self._bot(self._get_channel)),
            ("POST", "/channels/{channel}/messages", self._bot(self._post_message)),
            ("PATCH", in_channel, self._bot(self._edit_in_channel)),
            ("DELETE", in_channel, self._bot(self._delete_in_channel)),
            ("GET", "/guilds/{guild}", self._bot(self._get_guild)),
            ("GET", "/guilds/{guild}/members/{member}", self._bot(self._get_member)),
            ("GET", commands, self._bot(self._get_commands)),
            ("PUT", commands, self._bot(self._put_commands)),
            ("POST", commands, self._bot(self._post_command)),
            ("GET", of_guild, self._bot(self._get_commands)),
            ("PUT", of_guild, self._bot(self._put_commands)),
            ("POST", "/interactions/{id}/{token}/callback", self._callback),
            ("POST", webhook, self._follow_up),
            ("GET", one_message, self._get_message),
            ("PATCH", one_message, self._edit_message),
            ("DELETE", one_message, self._delete_message),
        ]
        for method, path, handler in routes:
            app.router.add_route(method, BASE + path, handler)

    @web.middleware
    async def _around(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if not request.path.startswith(BASE):
            return await handler(request)
        at = time_now()
        path = request.path.removeprefix(BASE)
        try:
            response = await self._answer(request, path, handler)
        except Refused as refused:
            response = answer({"message": str(refused), "code": refused.code}, refused.status)
        except web.HTTPNotFound:
            response = answer({"message": "404: Not Found", "code": 0}, 404)
        shown = _TOKEN.sub(r"\1:token", path)
        self.calls.append(Call(request.method, shown, response.status, at))
        return response

    async def _answer(
        self, request: web.Request, path: str, handler: Handler
    ) -> web.StreamResponse:
        fault = self.faults.met_by(request.method, path)
        refusal = await fault.apply() if fault else None
        if fault and fault.hangs_up is HangUp.BEFORE:
            raise _hung_up(request)
        if fault and refusal and fault.handled:
            await handler(request)
        response = refusal or await handler(request)
        if fault and fault.hangs_up is HangUp.AFTER:
            raise _hung_up(request)
        return response

    def _bot(
        self, handler: Callable[[web.Request], Awaitable[web.Response]]
    ) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def checked(request: web.Request) -> web.Response:
            if request.headers.get("Authorization") != f"Bot {self._token}":
                raise Refused(401, 0, "401: Unauthorized")
            return await handler(request)

        return checked

    async def _get_gateway(self, request: web.Request) -> web.Response:
        return answer(
            {"url": self._gateway.url, "shards": self._shards, "session_start_limit": self.starts}
        )

    async def _get_user(self, request: web.Request) -> web.Response:
        return answer(bot_user())

    async def _get_application(self, request: web.Request) -> web.Response:
        return answer(application(len(self._gateway.guild_ids), public=self.bot_public))

    async def _get_channel(self, request: web.Request) -> web.Response:
        for guild_id in self._gateway.guild_ids:
            here = channel(guild_id) | {"permission_overwrites": self.overwrites}
            if here["id"] == request.match_info["channel"]:
                return answer(here)
        raise Refused(404, 10003, "Unknown Channel")

    async def _post_message(self, request: web.Request) -> web.Response:
        sent = _decoded(await request.read(), Json)
        # Discord posts messages with the same nonce only once.
        mark = sent.get("nonce") if sent.get("enforce_nonce") else snowflake()
        made = post(sent, request.match_info["channel"])
        return answer(self.posts.setdefault(mark, made))

    async def _edit_in_channel(self, request: web.Request) -> web.Response:
        body = _decoded(await request.read(), Json)
        message_id = request.match_info["message"]
        return answer(self._shows(message_id).accept_edit(message_id, body, time_now()))

    async def _delete_in_channel(self, request: web.Request) -> web.Response:
        message_id = request.match_info["message"]
        self._shows(message_id).accept_deletion(message_id, time_now())
        return web.Response(status=204)

    def _shows(self, message_id: str) -> Interaction:
        """Return the latest interaction with a public message of the bot."""
        for interaction in reversed(self._interactions.values()):
            for one in interaction.messages:
                if one["id"] == message_id and not one["flags"] & EPHEMERAL:
                    return interaction
        raise Refused(*UNKNOWN_MESSAGE)

    async def _get_guild(self, request: web.Request) -> web.Response:
        return answer(guild(_guild(request) or 0))

    async def _get_member(self, _: web.Request) -> web.Response:
        return answer(member_of_server(bot_user()))

    async def _get_commands(self, request: web.Request) -> web.Response:
        commands = self.commands.get(_guild(request), [])
        if request.query.get("with_localizations") != "true":
            commands = [_without_localizations(command) for command in commands]
        return answer(commands)

    async def _put_commands(self, request: web.Request) -> web.Response:
        guild_id = _guild(request)
        sent = _decoded(await request.read(), list[Json])
        kinds = {one.get("type", 1) for one in sent}
        had = {one["type"] for one in self.commands.get(guild_id, [])}
        if _ENTRY_POINT in had - kinds:
            raise Refused(*_ENTRY_POINT_REMOVED)
        # A command with the same name keeps its id.
        ids = {(one["name"], one["type"]): one["id"] for one in self.commands.get(guild_id, [])}
        self.commands[guild_id] = [
            registered_command(
                one, ids.get((one["name"], one.get("type", 1))) or str(snowflake()), guild_id
            )
            for one in sent
        ]
        return answer(self.commands[guild_id])

    async def _post_command(self, request: web.Request) -> web.Response:
        sent, guild_id = _decoded(await request.read(), Json), _guild(request)
        made = registered_command(sent, str(snowflake()), guild_id)
        others = [one for one in self.commands.get(guild_id, []) if one["name"] != made["name"]]
        self.commands[guild_id] = [*others, made]
        return answer(made)

    async def _callback(self, request: web.Request) -> web.Response:
        sent = await request.read()
        at = time_now()
        body = _decoded(sent, Json)
        interaction = self._interactions.get(request.match_info["token"])
        if interaction is None or interaction.id != request.match_info["id"]:
            raise Refused(*_UNKNOWN_INTERACTION)
        said = interaction.accept_callback(body, at)
        if request.query.get("with_response") in {"1", "true"}:
            return answer(said)
        return web.Response(status=204)

    async def _follow_up(self, request: web.Request) -> web.Response:
        body = _decoded(await request.read(), Json)
        sent = self._interaction_of(request).accept_follow_up(body, time_now())
        # For follow-ups of interactions, Discord always behaves as with `wait`.
        return answer(sent)

    async def _get_message(self, request: web.Request) -> web.Response:
        return answer(self._interaction_of(request).find(request.match_info["message"]))

    async def _edit_message(self, request: web.Request) -> web.Response:
        body = _decoded(await request.read(), Json)
        message_id = request.match_info["message"]
        return answer(self._interaction_of(request).accept_edit(message_id, body, time_now()))

    async def _delete_message(self, request: web.Request) -> web.Response:
        self._interaction_of(request).accept_deletion(request.match_info["message"], time_now())
        return web.Response(status=204)

    def _interaction_of(self, request: web.Request) -> Interaction:
        interaction = self._interactions.get(request.match_info["token"])
        if interaction is None:
            raise Refused(*_UNKNOWN_WEBHOOK)
        return interaction


def answer(value: object, status: int = 200) -> web.Response:
    """Return a JSON response."""
    return web.Response(
        body=msgspec.json.encode(value), status=status, content_type="application/json"
    )


def _decoded(body: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.DecodeError:
        raise Refused(400, 50109, "The request body contains invalid JSON.") from None


def _hung_up(request: web.Request) -> ConnectionError:
    """Close the connection of a request; return the exception that ends its handler."""
    if request.transport is not None:
        request.transport.abort()
    return ConnectionResetError("a fault that was asked for")


def _guild(request: web.Request) -> int | None:
    guild_id = request.match_info.get("guild")
    return int(guild_id) if guild_id else None


def _without_localizations(command: Json) -> Json:
    return {name: value for name, value in command.items() if name not in _LOCALIZATIONS}
