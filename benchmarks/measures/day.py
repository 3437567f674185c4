"""A compressed day of a community: answers from memory, and requests to Astria."""

from __future__ import annotations

import asyncio
import math
import random
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.report import Row, milliseconds
from benchmarks.sampling import one_at_a_time, percentile, spread
from benchmarks.subjects import MEMBERS, Subject, packs_bot, ping, pong_bot
from standins.astria.many_packs import gallery_packs
from standins.astria.server import Astria, astria_server
from standins.discord.interactions import DEFERRED_MESSAGE, DEFERRED_UPDATE, Interaction
from standins.discord.messages import control
from standins.discord.people import Json, Member
from standins.faraway import far_away

_PACKS, _QUESTIONS, _MEMBERS = 300, 2_000, 200

# The seconds that a day takes here; the cache's times are shortened by the same factor.
_DAY = 240.0
_COMPRESSION = 86_400 / _DAY
_FRESH, _STALE = 300 / _COMPRESSION, 86_400 / _COMPRESSION

# In seconds. An answer may take one round trip more than the floor.
_EACH_WAY = 0.02
_ROUND_TRIP = 2 * _EACH_WAY

_SHARE = 0.99

# The kinds of questions, with their share in percent.
_KINDS = {"pack": 45, "title": 10, "turn": 25, "packs": 10, "compare": 5, "typing": 5}


@dataclass(slots=True)
class _Day:
    asked: list[Interaction]
    requests: int
    """The requests to Astria meanwhile."""


async def measure() -> Sequence[Row]:
    """Return the share of answers from memory, their time, and the requests to Astria."""
    settings = {"cache_ttl_seconds": f"{_FRESH}", "stale_ttl_seconds": f"{_STALE}"}
    with far_away(_EACH_WAY) as distance:
        async with (
            astria_server(packs=_PACKS) as astria,
            packs_bot(astria, distance, **settings) as bot,
            pong_bot(distance) as pong,
        ):
            floor = statistics.median(await one_at_a_time(ping(pong), 20))
            await _filled(astria)
            day = await _replay(astria, bot)
    seconds = [one.seconds for one in day.asked]
    deferred = sum(_first(one) in {DEFERRED_MESSAGE, DEFERRED_UPDATE} for one in day.asked)
    near = sum(one <= floor + _ROUND_TRIP for one in seconds)
    return [
        _share(f"{_QUESTIONS:,} questions of a day, answered from memory", len(seconds) - deferred),
        _share("the same, within a round trip of pong's answer", near),
        _time("the same, time to the first answer, median", statistics.median(seconds), floor),
        _time("the same, 99th percentile", percentile(seconds, 99), floor),
        Row(
            "requests to Astria, against questions",
            f"{day.requests}",
            f"{_QUESTIONS}",
            spread([day.requests / _QUESTIONS]),
        ),
    ]


def _first(asked: Interaction) -> int:
    return asked.callback.body["type"] if asked.callback else 0


def _share(what: str, count: int) -> Row:
    ratio = spread([count / _QUESTIONS])
    return Row(what, f"{count}", f"{_QUESTIONS}", ratio, at_least=_SHARE)


def _time(what: str, seconds: float, floor: float) -> Row:
    return Row(what, milliseconds(seconds), milliseconds(floor), spread([seconds / floor]))


async def _filled(astria: Astria) -> None:
    """Wait until the bot has fetched each pack in the background, as after each start."""
    async with asyncio.timeout(300):
        # A program does not report the end of its background work.
        while len({request.path for request in astria.requests}) < _PACKS:  # noqa: ASYNC110
            await asyncio.sleep(1)


async def _replay(astria: Astria, bot: Subject) -> _Day:
    # The same day in every run.
    chance = random.Random(260)  # noqa: S311 - nothing secret
    packs = [*gallery_packs(_PACKS)]
    chance.shuffle(packs)
    weights = [1 / rank for rank in range(1, _PACKS + 1)]
    before = len(astria.requests)
    began = asyncio.get_running_loop().time()
    shown = dict[int, Json]()
    tasks: list[asyncio.Task[Interaction]] = []
    for moment in _moments(chance):
        await asyncio.sleep(began + moment - asyncio.get_running_loop().time())
        number = chance.randrange(_MEMBERS)
        kind = chance.choices(list(_KINDS), list(_KINDS.values()))[0]
        two = chance.choices(packs, weights, k=2)
        asking = _ask(bot, kind, MEMBERS[number], two, shown.get(number))
        task = asyncio.create_task(asking)
        task.add_done_callback(lambda done, by=number: _remember(shown, by, done))
        tasks.append(task)
    asked = await asyncio.gather(*tasks)
    return _Day(list(asked), len(astria.requests) - before)


def _moments(chance: random.Random) -> list[float]:
    """Return the times of the questions: few at night, most in the evening. In seconds."""
    hours = [0.15 + max(0.0, math.sin((hour - 7) / 17 * math.pi)) ** 2 for hour in range(24)]
    drawn = chance.choices(range(24), hours, k=_QUESTIONS)
    return sorted((hour + chance.random()) / 24 * _DAY for hour in drawn)


def _remember(shown: dict[int, Json], by: int, done: asyncio.Task[Interaction]) -> None:
    if not done.cancelled() and not done.exception() and (original := done.result().original):
        shown[by] = original


async def _ask(
    bot: Subject, kind: str, by: Member, packs: Sequence[Json], shown: Json | None
) -> Interaction:
    discord, first, second = bot.discord, packs[0], packs[1]
    if kind == "turn" and shown and (turning := _next(shown)):
        asked = await discord.click(shown, turning, by=by)
    elif kind == "packs":
        asked = await discord.command("packs", by=by)
    elif kind == "title":
        asked = await discord.command("pack", {"id": str(first["title"])}, by=by)
    elif kind == "compare" and first is not second:
        names = {"first": str(first["id"]), "second": str(second["id"])}
        asked = await discord.command("compare", names, by=by)
    elif kind == "typing":
        typed = {"id": str(first["title"])[:5]}
        asked = await discord.command("pack", typed, typing="id", by=by)
        await asked.answered()
        return asked
    else:
        asked = await discord.command("pack", {"id": str(first["id"])}, by=by)
    await asked.finished()
    return asked


def _next(message: Json) -> str | None:
    """Return the `custom_id` of the button for the next page, if there is one that is enabled."""
    try:
        button = control(message, "next")
    except StopIteration:
        return None
    return None if button.get("disabled") else button["custom_id"]
