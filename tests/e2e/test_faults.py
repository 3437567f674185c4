"""Every way in which Astria fails, through the whole bot: each has its words, and nothing breaks.

The bot has a simulated Discord on one side and a real, faulty HTTP server on the other.
"""

from __future__ import annotations

import asyncio
import io
import json
import logging
import re
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import simcord
import stamina
import structlog

from api.transport import LARGEST_BODY, Transport
from cogs.bot import PacksBot
from config import PreviewSettings
from ops.logs import set_up_logging
from tests.astria import Astria, pack_260
from tests.e2e.conftest import KEY, MakeBot, World, build_world
from tests.e2e.shown import message_of, options_of, page_of, text_of


@dataclass
class Fault:
    """A way to fail, and what a member reads where nothing is known."""

    pack: str
    """The words for a pack."""
    how: dict[str, Any] = field(default_factory=dict[str, Any])
    """What the server does."""
    timeout: float = 4.0
    """Seconds; below the five that the simulated Discord waits for what runs."""
    packs: str = ""
    """The words for a list, where they are others."""
    hides: bool = False
    """It says that the pack is gone, so that what was known of it must go too."""


REFUSED = "does not let me in"
LIMITED = "too many questions"
DOWN = "does not answer at the moment"
UNREADABLE = "something I cannot read"
UNKNOWN = "I know no pack"
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
    "50 MB": Fault(UNREADABLE, {"body": b" " * 3 * LARGEST_BODY}),
    "redirect": Fault(UNREADABLE, {"status": 302, "headers": ELSEWHERE}),
}


def begin(fault: Fault, astria: Astria) -> None:
    """End the good days."""
    how = {**fault.how, "wait": asyncio.Event()} if fault.how.get("wait") else fault.how
    astria.answer_all(**how)
    astria.requests.clear()


@pytest.fixture(params=FAULTS)
def fault(request: pytest.FixtureRequest) -> Fault:
    return FAULTS[request.param]


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """All that the process logs at DEBUG, as an operator reads it."""
    root = logging.getLogger()
    handlers, level, before = root.handlers, root.level, structlog.get_config()
    written = io.StringIO()
    monkeypatch.setattr("sys.stderr", written)
    set_up_logging("DEBUG", "json", [KEY])
    yield written
    structlog.configure(**before)
    root.handlers, root.level = handlers, level
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    # What stands for Astria logs here too.
    bots = [line for line in lines if line["logger"] != "aiohttp.server"]
    assert not [line for line in bots if line["level"] in {"error", "critical"}]


@asynccontextmanager
async def bots(**settings: object) -> AsyncGenerator[MakeBot]:
    made: list[PacksBot] = []

    def make(**others: object) -> PacksBot:
        wanted: dict[str, Any] = {"shard_count": 1, **settings, **others}
        made.append(PacksBot(PreviewSettings(**wanted), KEY))
        return made[-1]

    yield make
    for bot in made:
        await bot.close()


@pytest.fixture
async def faulty(
    fault: Fault, astria: Astria, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[World]:
    async with faulty_world(
        monkeypatch, astria_api_url=astria.url, astria_timeout_seconds=fault.timeout
    ) as world:
        yield world


@asynccontextmanager
async def faulty_world(
    monkeypatch: pytest.MonkeyPatch, **settings: object
) -> AsyncGenerator[World]:
    """A server whose bot may have to wait for Astria until time runs out."""
    attempt: Any = Transport._attempt  # pyright: ignore[reportPrivateUsage]

    async def declared(*asked: object) -> object:
        # The simulated Discord runs time-outs only in what is declared to wait for the outside.
        return await env.external_wait(attempt(*asked), reason="Astria")

    with (
        monkeypatch.context() as patch,
        stamina.set_testing(True, attempts=3, cap=True),
    ):
        patch.setattr(Transport, "_attempt", declared)
        async with bots(**settings) as make_bot:
            env = simcord.Env(make_bot())
            await env.start()
            yield build_world(env, make_bot)
            await env.shutdown()
            env.raise_errors()


def cause_of(message: simcord.ResponseMessage, log: io.StringIO) -> dict[str, Any]:
    """Return the line of the log that a reply's reference leads to."""
    reference = re.search(r"Reference: ([0-9a-f]{8})$", message.content)
    assert reference, message.content
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    its_own = [line for line in lines if line.get("reference") == reference[1]]
    (line,) = [line for line in its_own if line["event"] in CAUSES]
    return line


# Nothing is known yet


async def test_a_pack(fault: Fault, faulty: World, astria: Astria, log: io.StringIO) -> None:
    begin(fault, astria)
    await faulty.restart()
    answer = message_of(await faulty.alice.slash(faulty.channel, "pack", id="260"))
    assert answer.ephemeral
    assert fault.pack in answer.content
    line = cause_of(answer, log)
    assert line.get("cause") or line["event"] == "pack not found"


async def test_a_list(fault: Fault, faulty: World, astria: Astria, log: io.StringIO) -> None:
    begin(fault, astria)
    await faulty.restart()
    answer = message_of(await faulty.alice.slash(faulty.channel, "packs"))
    assert answer.ephemeral
    assert (fault.packs or fault.pack) in answer.content
    assert cause_of(answer, log)["cause"]


async def test_what_is_typed(fault: Fault, faulty: World, astria: Astria) -> None:
    begin(fault, astria)
    await faulty.restart()
    for option in ("id", "class"):
        choices = await faulty.alice.autocomplete(
            faulty.channel, "pack", option, "2", **({"id": "2"} if option != "id" else {})
        )
        assert not choices


async def test_a_page_after_a_restart(
    fault: Fault, faulty: World, astria: Astria, log: io.StringIO
) -> None:
    message = message_of(await faulty.alice.slash(faulty.channel, "pack", id="260"))
    begin(fault, astria)
    await faulty.restart()
    result = await faulty.alice.click(message, label="Next")
    if fault.hides:
        assert text_of(message) == GONE
        return
    (answer,) = result.followups
    assert answer.ephemeral
    assert fault.pack in answer.content
    assert cause_of(answer, log)["cause"]
    assert page_of(message) == "1 / 35"


async def test_a_catalogue_page_after_a_restart(
    fault: Fault, faulty: World, astria: Astria, log: io.StringIO
) -> None:
    message = message_of(await faulty.alice.slash(faulty.channel, "packs", search="corporate"))
    menu = next(one for one in options_of(message).values())
    begin(fault, astria)
    await faulty.restart()
    answer = message_of(await faulty.alice.select(message, [menu]))
    assert answer.ephemeral
    assert fault.pack in answer.content
    assert cause_of(answer, log)


# What is known is past its time


@pytest.fixture
async def stale(fault: Fault, faulty: World, astria: Astria) -> World:
    """A bot that has seen better days."""
    await faulty.alice.slash(faulty.channel, "packs")
    await faulty.alice.slash(faulty.channel, "pack", id="260")
    await faulty.env.advance_time(301)
    begin(fault, astria)
    return faulty


async def test_a_stale_pack(fault: Fault, stale: World) -> None:
    answer = message_of(await stale.alice.slash(stale.channel, "pack", id="260"))
    if fault.hides:
        assert text_of(answer) == GONE
        return
    assert "$3.60" in text_of(answer)
    assert "As of <t:" in text_of(answer)
    answer = message_of(await stale.alice.slash(stale.channel, "pack", id="260"))
    assert "$3.60" in text_of(answer)
    assert "Astria cannot be reached; as of <t:" in text_of(answer)


async def test_a_stale_list(stale: World) -> None:
    for age in ("As of <t:", "Astria cannot be reached; as of <t:"):
        answer = message_of(await stale.alice.slash(stale.channel, "packs"))
        assert age in answer.content


async def test_what_is_typed_is_completed_from_stale_data(stale: World) -> None:
    for _ in range(2):
        choices = await stale.alice.autocomplete(stale.channel, "pack", "id", "corpo")
        assert [choice["value"] for choice in choices] == ["260"]


async def test_a_stale_page(fault: Fault, stale: World, astria: Astria) -> None:
    message = message_of(await stale.alice.slash(stale.channel, "pack", id="260"))
    if fault.hides:
        assert text_of(message) == GONE
        assert not message.components
        return
    await stale.alice.click(message, label="Next")
    assert page_of(message) == "2 / 35"
    assert "Astria cannot be reached" in text_of(message)


# A restart


async def test_a_name_that_is_not_found(
    astria: Astria, log: io.StringIO, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = f"disk://{tmp_path}/kept"
    async with faulty_world(monkeypatch, astria_api_url=astria.url, cache_url=kept) as world:
        await world.alice.slash(world.channel, "pack", id="260")
    nowhere = "http://nowhere.invalid"
    async with faulty_world(monkeypatch, astria_api_url=nowhere, cache_url=kept) as world:
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


# Secrets


async def test_no_secret_is_said(
    fault: Fault, stale: World, log: io.StringIO, astria: Astria
) -> None:
    said = [
        text_of(message_of(await stale.alice.slash(stale.channel, "pack", id=ref)))
        for ref in ("260", "7", "corporate-headshots")
    ]
    said.append(text_of(message_of(await stale.alice.slash(stale.channel, "packs"))))
    assert len(log.getvalue()) > 1000
    for text in [*said, log.getvalue()]:
        assert KEY not in text
        assert "simcord_interaction_" not in text
        assert "simcord-token" not in text
