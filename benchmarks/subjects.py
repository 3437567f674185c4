"""The subjects of the measures: the bot and the baselines, each with its own Discord."""

from __future__ import annotations

import itertools
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from standins.astria.pack_builders import RECORDED
from standins.astria.server import Astria
from standins.discord.interactions import CHOICES, NEW_MESSAGE, UPDATE, Interaction
from standins.discord.messages import control
from standins.discord.people import Json, Member, members
from standins.discord.server import DiscordServer, discord_server
from standins.faraway import Distance
from standins.processes import ROOT, Program, running, running_bot

# Enough members that none of them comes near the limits.
MEMBERS = members(2_000)
_WITH_A_MESSAGE = MEMBERS[:250]

# Typical input in autocomplete: a growing part of a word, two words, an id, a typing error.
_TYPED = ("h", "he", "head", "headsh", "neon w", "royal", "12", "portrat")

Ask = Callable[[], Awaitable[Interaction]]


@dataclass(frozen=True, slots=True)
class Subject:
    """A running program, and the Discord that it is connected to."""

    name: str
    discord: DiscordServer
    program: Program


class UnexpectedAnswer(Exception):
    """The answer is not the expected one, so its time means nothing."""


async def answered(asked: Interaction, kind: int) -> Interaction:
    """Wait for the answer to an interaction; raises UnexpectedAnswer if it is of another kind."""
    answer = await asked.answered()
    if answer.body["type"] != kind:
        raise UnexpectedAnswer(f"{answer.body}"[:500])
    if kind in {NEW_MESSAGE, UPDATE} and answer.body["data"].get("flags", 0):
        raise UnexpectedAnswer(f"{answer.body}"[:500])
    return asked


@asynccontextmanager
async def running_pong(
    discord: DiscordServer, distance: Distance | None = None
) -> AsyncGenerator[Program]:
    """Run the bot whose only command answers "pong"."""
    arguments = [discord.url, "benchmarks.baselines.pong"]
    environment = {"DISCORD_TOKEN": discord.token, **_trusting(distance)}
    async with running("standins.launch", arguments, environment) as program:
        yield program


@asynccontextmanager
async def running_floor(discord: DiscordServer) -> AsyncGenerator[Program]:
    """Run the bare client that answers "pong" without a library."""
    environment = {"DISCORD_TOKEN": discord.token}
    async with running("benchmarks.baselines.floor", [discord.url], environment) as program:
        yield program


@asynccontextmanager
async def pong_bot(distance: Distance | None = None) -> AsyncGenerator[Subject]:
    """Run the baseline bot."""
    async with (
        discord_server(distance=distance) as discord,
        running_pong(discord, distance) as program,
    ):
        await discord.connected()
        yield Subject("pong", discord, program)


@asynccontextmanager
async def peer_pong(library: str) -> AsyncGenerator[Subject]:
    """Run the pong bot of another library, in its environment made by `make bench`."""
    python = str(ROOT / ".venv" / "peers" / library / "bin" / "python")
    async with discord_server() as discord:
        module, environment = f"benchmarks.peers.{library}_pong", {"DISCORD_TOKEN": discord.token}
        async with running(module, [discord.url], environment, python=python) as program:
            await discord.connected()
            yield Subject(library, discord, program)


@asynccontextmanager
async def floor_client() -> AsyncGenerator[Subject]:
    """Run the bare client."""
    async with discord_server() as discord, running_floor(discord) as program:
        await discord.connected()
        yield Subject("floor", discord, program)


@asynccontextmanager
async def packs_bot(
    astria: Astria, distance: Distance | None = None, **settings: str
) -> AsyncGenerator[Subject]:
    """Run the bot, with the lists and the recorded pack in memory."""
    trusting = {name.lower(): value for name, value in _trusting(distance).items()}
    async with (
        discord_server(distance=distance) as discord,
        running_bot(discord, astria.url, **trusting, **settings) as one,
    ):
        await discord.connected()
        for command in ("pack", "packs"):
            options = {"id": str(RECORDED)} if command == "pack" else {}
            await (await discord.command(command, options)).finished()
        yield Subject("bot", discord, one)


def _trusting(distance: Distance | None) -> dict[str, str]:
    return {"SSL_CERT_FILE": str(distance.authority)} if distance else {}


def ping(subject: Subject) -> Ask:
    """Return a function that asks a baseline, each time by another member."""
    askers = itertools.cycle(MEMBERS)

    async def ask() -> Interaction:
        return await answered(await subject.discord.command("ping", by=next(askers)), NEW_MESSAGE)

    return ask


def command(subject: Subject, name: str, **options: str) -> Ask:
    """Return a function that uses a command answered from memory, each time by another member."""
    askers = itertools.cycle(MEMBERS)

    async def ask() -> Interaction:
        asked = await subject.discord.command(name, options, by=next(askers))
        return await answered(asked, NEW_MESSAGE)

    return ask


def typing(subject: Subject) -> Ask:
    """Return a function that types the beginning of a pack's name."""
    askers, texts = itertools.cycle(MEMBERS), itertools.cycle(_TYPED)

    async def ask() -> Interaction:
        options = {"id": next(texts)}
        asked = await subject.discord.command("pack", options, typing="id", by=next(askers))
        return await answered(asked, CHOICES)

    return ask


async def click(subject: Subject, shown_by: Subject) -> Ask:
    """Return a function that clicks in a message of the bot; a baseline answers."""
    askers = itertools.cycle(MEMBERS)
    message = await _shown(shown_by, MEMBERS[0])
    next_page = control(message, "next")["custom_id"]

    async def ask() -> Interaction:
        asked = await subject.discord.click(message, next_page, by=next(askers))
        return await answered(asked, UPDATE)

    return ask


async def clicks(subject: Subject) -> tuple[Ask, Ask]:
    """Return functions that turn a page and choose the other class, each in another message."""
    shown = [(by, await _shown(subject, by)) for by in _WITH_A_MESSAGE]
    turned, chosen = itertools.cycle(shown), itertools.cycle(shown)
    next_page = control(shown[0][1], "next")["custom_id"]
    menu = control(shown[0][1], "class")
    other = [menu["options"][1]["value"]]

    async def turn() -> Interaction:
        by, message = next(turned)
        return await answered(await subject.discord.click(message, next_page, by=by), UPDATE)

    async def choose() -> Interaction:
        by, message = next(chosen)
        asked = await subject.discord.choose(message, menu["custom_id"], other, by=by)
        return await answered(asked, UPDATE)

    return turn, choose


async def _shown(subject: Subject, by: Member) -> Json:
    asked = await subject.discord.command("pack", {"id": str(RECORDED)}, by=by)
    return await asked.finished()
