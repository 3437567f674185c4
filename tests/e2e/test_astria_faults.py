"""Every failure of Astria, through the whole bot: each has its message, and nothing breaks.

The bot has a simulated Discord on one side and a real, faulty HTTP server on the other.
"""

from __future__ import annotations

import asyncio
import gc
import io
import json
import logging
import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import simcord
import stamina
import structlog
from prometheus_client import generate_latest
from simcord.types import HttpLogEntry

from api.wire.transport import LARGEST_BODY, Transport
from ops.logs import set_up_logging
from standins.astria.pack_builders import made_up_pack, pack_260
from standins.astria.server import KEY, Astria
from tests.conftest import Clock
from tests.e2e.conftest import SETTLED_WITHIN, Env, World, bots, build_world, raise_unanswered
from tests.e2e.shown import menu_of, message_of, options_of, page_of, text_of
from tests.waiting import until


@dataclass
class Fault:
    """A failure, and the message for a member if there is no old data."""

    pack: str
    """The message for a pack."""
    how: dict[str, Any] = field(default_factory=dict[str, Any])
    """The behaviour of the server."""
    timeout: float = 4.0
    """In seconds; shorter than the wait of the simulated Discord."""
    packs: str = ""
    """The message for a list, if it is different."""
    hides: bool = False
    """It means that the pack is gone, so that its old data must not be shown."""
    address: str = ""
    """The bot's address of Astria during the failure."""


REFUSED = "doesn't let me in"
LIMITED = "too many questions"
DOWN = "isn't answering at the moment"
UNREADABLE = "something I can't read"
UNKNOWN = "I can't find a pack"
GONE = "This pack is no longer available."

CAUSES = ("pack not found", "Astria gave no answer")

HTML = b"<html><body>Bad gateway</body></html>"

ELSEWHERE = {"Location": "http://elsewhere.example/p/260"}

FAULTS = {
    "401": Fault(REFUSED, {"status": 401}),
    "403": Fault(REFUSED, {"status": 403}),
    "404": Fault(UNKNOWN, {"status": 404}, packs=UNREADABLE, hides=True),
    "429": Fault(LIMITED, {"status": 429}),
    "429, a second": Fault(LIMITED, {"status": 429, "headers": {"Retry-After": "1"}}),
    "429, a minute": Fault("again in 60 sec", {"status": 429, "headers": {"Retry-After": "60"}}),
    "500": Fault(DOWN, {"status": 500}),
    "502 with HTML": Fault(DOWN, {"status": 502, "body": HTML}),
    "503": Fault(DOWN, {"status": 503}),
    "not JSON": Fault(UNREADABLE, {"body": HTML}),
    "another shape": Fault(UNREADABLE, {"value": {"error": ["sorry"]}}),
    "cut off": Fault(DOWN, {"value": pack_260(), "cut_off": True}),
    "reset": Fault(DOWN, {"reset": True}),
    "never answers": Fault(DOWN, {"wait": True}, timeout=0.4),
    "a byte a second": Fault(DOWN, {"drip": True}, timeout=0.4),
    "17 MB": Fault(UNREADABLE, {"body": b" " * (LARGEST_BODY + 1)}),
    "redirect": Fault(UNREADABLE, {"status": 302, "headers": ELSEWHERE}),
    "name not found": Fault(DOWN, {"reset": True}, address="http://nowhere.invalid"),
}

SECRETS = (KEY, "simcord_interaction_", "simcord-token")


def begin(fault: Fault, astria: Astria) -> None:
    """Start the failure."""
    how = {**fault.how, "wait": asyncio.Event()} if fault.how.get("wait") else fault.how
    astria.answer_all(**how)
    astria.requests.clear()


async def restart_during(fault: Fault, world: World, log: io.StringIO) -> None:
    """Restart the bot, and wait until its first requests have failed."""
    await world.restart()
    move(fault, world)
    await until(lambda: "list not loaded" in log.getvalue())


def move(fault: Fault, world: World) -> None:
    """Change the bot's address of Astria, if that is the fault."""
    if fault.address:
        bot: Any = world.bot
        bot._answers._client._transport._base_url = fault.address


@pytest.fixture(params=FAULTS)
def fault(request: pytest.FixtureRequest) -> Fault:
    return FAULTS[request.param]


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """The log of the process at DEBUG, as an operator reads it."""
    root = logging.getLogger()
    handlers, level, before = root.handlers, root.level, structlog.get_config()
    written = io.StringIO()
    monkeypatch.setattr("sys.stderr", written)
    set_up_logging("DEBUG", "json", [KEY])
    yield written
    structlog.configure(**before)
    # asyncio reports unretrieved exceptions when they are collected.
    gc.collect()
    root.handlers, root.level = handlers, level
    assert len(written.getvalue()) > 1000
    for secret in SECRETS:
        assert secret not in written.getvalue()
        assert secret not in generate_latest().decode()
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    # The stand-in for Astria logs here too.
    others = [line for line in lines if line["logger"] != "aiohttp.server"]
    assert not [line for line in others if line["level"] in {"error", "critical"}]


@pytest.fixture
async def faulty(
    fault: Fault, astria: Astria, log: io.StringIO, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> AsyncGenerator[World]:
    astria.offer(pack_260(), *(made_up_pack(number) for number in range(1, 8)))
    async with faulty_world(
        monkeypatch, astria_api_url=astria.url, astria_timeout_seconds=fault.timeout
    ) as world:
        answer_after_the_bot(astria, world.env)
        yield world
    assert not astria.waited_in_vain


@asynccontextmanager
async def faulty_world(
    monkeypatch: pytest.MonkeyPatch, **settings: object
) -> AsyncGenerator[World]:
    """A server whose bot may have to wait for Astria until the timeout."""
    attempt: Any = Transport._attempt  # pyright: ignore[reportPrivateUsage]

    async def declared(*asked: object) -> object:
        # The simulated Discord runs timeouts only in code that is declared to wait for the outside.
        return await env.external_wait(attempt(*asked), reason="Astria")

    async def no_pause(transport: Transport, path: str) -> None:
        # Like stamina's test mode: no waits between attempts.
        pass

    with (
        monkeypatch.context() as patch,
        stamina.set_testing(True, attempts=3, cap=True),
    ):
        patch.setattr(Transport, "_attempt", declared)
        patch.setattr(Transport, "_keep_pause", no_pause)
        async with bots(**settings) as make_bot:
            env = Env(make_bot(), settle_timeout=SETTLED_WITHIN)
            await env.start()
            yield build_world(env, make_bot)
            await env.shutdown()
            raise_unanswered(env)


def cause_of(message: simcord.ResponseMessage, log: io.StringIO) -> dict[str, Any]:
    """Return the line of the log with a reply's reference."""
    reference = re.search(r"Reference: ([0-9a-f]{8})$", message.content)
    assert reference, message.content
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    its_own = [line for line in lines if line.get("reference") == reference[1]]
    (line,) = [line for line in its_own if line["event"] in CAUSES]
    return line


def answer_after_the_bot(astria: Astria, env: simcord.Env) -> None:
    """Make Astria answer only after the bot: members see something before Astria answers.

    Discord gives the bot three seconds for that, Astria may take longer.
    """
    emit = env.backend.emit

    def emit_and_hold(event: str, payload: Mapping[str, Any]) -> None:
        if event == "INTERACTION_CREATE":
            astria.may_answer.clear()
        emit(event, payload)

    class Requests(list[HttpLogEntry]):
        def append(self, entry: HttpLogEntry, /) -> None:
            if entry.path.endswith("/callback"):
                astria.may_answer.set()
            super().append(entry)

    env.backend.http_requests = Requests(env.backend.http_requests)
    env.backend.emit = emit_and_hold


def seen(message: simcord.ResponseMessage) -> str:
    """Return the whole text of a message; it must not have a secret."""
    text = text_of(message)
    assert not any(secret in text for secret in SECRETS)
    return text


def check_failure(message: simcord.ResponseMessage, words: str, log: io.StringIO) -> None:
    """Fail if a member is not told privately what happened."""
    assert message.ephemeral
    assert words in seen(message)
    if words == UNKNOWN:
        # A name without a pack is not a fault, so the log has no line.
        assert "Reference" not in seen(message)
        return
    line = cause_of(message, log)
    assert line.get("cause") or line["event"] == "pack not found"


Ask = Callable[[], Awaitable[simcord.ResponseMessage]]


def asking(world: World) -> Iterator[tuple[str, Ask]]:
    """Yield all ways to ask for a pack or a list, and which of the two it is."""
    alice, channel = world.alice, world.channel

    async def slash(command: str, **options: object) -> simcord.ResponseMessage:
        return message_of(await alice.slash(channel, command, **options))

    async def show_pack() -> simcord.ResponseMessage:
        pasted = await alice.send(channel, "https://www.astria.ai/p/260")
        return message_of(await alice.context_menu(channel, "Show pack", pasted))

    yield "pack", lambda: slash("pack", id="260")
    yield "pack", lambda: slash("pack", id="corporate-headshots")
    yield "packs", lambda: slash("packs")
    yield "pack", lambda: slash("compare", first="260", second="1")
    yield "pack", show_pack


async def a_minute_later(world: World, clock: Clock) -> None:
    """End any pause, so that the bot meets the fault itself again."""
    clock(61)
    await world.env.advance_time(61)


async def suggestions(world: World) -> list[list[str]]:
    """Return the suggestions of packs and classes."""
    typed = [("pack", "id", "corpo"), ("compare", "second", "260"), ("packs", "class", "wo")]
    return [
        [choice["value"] for choice in await world.alice.autocomplete(world.channel, *each)]
        for each in typed
    ]


# Without old data


async def test_commands(
    fault: Fault, faulty: World, astria: Astria, log: io.StringIO, clock: Clock
) -> None:
    begin(fault, astria)
    await restart_during(fault, faulty, log)
    assert await suggestions(faulty) == [[], [], []]
    for kind, ask in asking(faulty):
        # After any pause: each control meets the fault itself.
        await a_minute_later(faulty, clock)
        astria.requests.clear()
        check_failure(await ask(), (kind == "packs" and fault.packs) or fault.pack, log)
        if not fault.address:
            assert astria.requests


async def test_controls_after_a_restart(
    fault: Fault, faulty: World, astria: Astria, log: io.StringIO, clock: Clock
) -> None:
    alice, channel = faulty.alice, faulty.channel
    pack = message_of(await alice.slash(channel, "pack", id="260"))
    packs = message_of(await alice.slash(channel, "packs"))
    chosen, man = options_of(packs)["Corporate Headshots"], options_of(pack)["man"]
    begin(fault, astria)
    await restart_during(fault, faulty, log)
    await a_minute_later(faulty, clock)
    check_failure(
        message_of(await alice.select(packs, [chosen], custom_id=menu_of(packs, "open"))),
        fault.pack,
        log,
    )
    await a_minute_later(faulty, clock)
    (answer,) = (await alice.click(packs, label="Next")).followups
    check_failure(answer, fault.packs or fault.pack, log)
    assert page_of(packs) == "1 / 2"
    if fault.hides:
        await alice.click(pack, label="Next")
        assert seen(pack) == GONE
        return
    for turned in (alice.click(pack, label="Next"), alice.select(pack, [man])):
        await a_minute_later(faulty, clock)
        (answer,) = (await turned).followups
        check_failure(answer, fault.pack, log)
    assert page_of(pack) == "1 / 35"


# With stale data


# The simulation stops the time of rechecks of stale answers:
# tests/ops/test_old_data.py tests the silent faults with the real process.
but_for_silence = pytest.mark.parametrize(
    "fault",
    [name for name, fault in FAULTS.items() if not {"wait", "drip"} & set(fault.how)],
    indirect=True,
)


@pytest.fixture
async def stale(fault: Fault, faulty: World, astria: Astria) -> World:
    """A bot with stale data."""
    for _, ask in asking(faulty):
        await ask()
    await faulty.env.advance_time(301)
    begin(fault, astria)
    move(fault, faulty)
    return faulty


@but_for_silence
async def test_stale_commands(fault: Fault, stale: World, clock: Clock) -> None:
    for age in ("of <t:", "Astria can't be reached; as of <t:"):
        gone = fault.hides and "reached" in age
        assert await suggestions(stale) == ([[], [], []] if gone else [["260"], ["260"], ["woman"]])
        for kind, ask in asking(stale):
            await a_minute_later(stale, clock)
            text = seen(await ask())
            if kind == "pack" and fault.hides:
                assert GONE in text or UNKNOWN in text
            elif kind == "packs" and fault.hides:
                assert age in text or "no longer available" in text
            else:
                assert age in text
                assert "$3.60" in text or kind == "packs"


@but_for_silence
async def test_stale_pages(fault: Fault, stale: World, clock: Clock) -> None:
    alice, channel = stale.alice, stale.channel
    pack = message_of(await alice.slash(channel, "pack", id="260"))
    packs = message_of(await alice.slash(channel, "packs"))
    if fault.hides:
        assert seen(pack) == GONE
        assert not pack.components
        return
    await a_minute_later(stale, clock)
    await alice.click(packs, label="Next")
    assert page_of(packs) == "2 / 2"
    assert "Astria can't be reached" in seen(packs)
    await a_minute_later(stale, clock)
    await alice.click(pack, label="Next")
    assert page_of(pack) == "2 / 35"
    assert "Astria can't be reached" in seen(pack)


# A restart


async def test_unresolvable_host_name_is_explained(
    astria: Astria, log: io.StringIO, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = f"disk://{tmp_path}/kept"
    async with faulty_world(monkeypatch, astria_api_url=astria.url, cache_url=kept) as world:
        await world.alice.slash(world.channel, "pack", id="260")
    # Answers are stored by address: the name cannot be resolved, but the address stays the same.
    async with faulty_world(monkeypatch, astria_api_url=astria.url, cache_url=kept) as world:
        move(FAULTS["name not found"], world)
        answer = message_of(await world.alice.slash(world.channel, "pack", id="260"))
        assert "$3.60" in text_of(answer)
        await world.alice.click(answer, label="Next")
        assert page_of(answer) == "2 / 35"
        choices = await world.alice.autocomplete(world.channel, "pack", "id", "corp")
        assert [choice["value"] for choice in choices] == ["260"]
        assert message_of(await world.alice.slash(world.channel, "packs")).embeds
        answer = message_of(await world.alice.slash(world.channel, "pack", id="7"))
        assert DOWN in answer.content
        assert cause_of(answer, log)["cause"]
