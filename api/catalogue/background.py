"""Load packs before members ask for them: slowly, and not while Astria has trouble."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal

import structlog
from cachetools import LRUCache

from api.cache.statistics import Found
from api.catalogue.advice import Advice
from api.catalogue.answers import Answers
from api.catalogue.cost_unit import CostUnit, Standing
from api.catalogue.facts import Facts
from api.catalogue.lists import Lists
from api.catalogue.merging import complete, contradict, without_outdated
from api.wire.errors import AstriaError, NotFound, NotUnderstood, RateLimited
from api.wire.models import Include, Pack

log = structlog.stdlib.get_logger("api.background")

# Two requests at a time, five a second; packs from the store come faster. In seconds.
_AT_A_TIME = 2
_BETWEEN_REQUESTS = 0.2
_BETWEEN_RECALLS = 0.005

# Members come first when the bot has just started. Then the bot looks for new packs at this
# interval, and loads at most this many before it looks again. In seconds.
_FIRST_AFTER = 10.0
_LOOK_AGAIN = 60.0
_MOST_AT_ONCE = 300

# The pause after a failure, or after a 429 that names no time. In seconds.
_PAUSE = 30.0

# Details that are fetched at once to learn the unit of `cost_mc_hash`.
_EVIDENCE = 5

# As many as a list has.
_MOST_PACKS = 10_000


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request for a pack's details: its time, and the list's entry at that time."""

    at: float
    listed: Pack


class Background:
    """Load the lists, evidence for the unit of costs, then the details of all public packs.

    Packs that have changed in a list come first, then the newest, then those that are due: a pack
    that was asked for is loaded again when it is older than `ttl`, any pack before it is older than
    `stale_ttl` (both in seconds). Of these, the pack that was asked for last comes first.
    """

    def __init__(
        self,
        answers: Answers,
        lists: Lists,
        facts: Facts,
        unit: CostUnit,
        advice: Advice,
        *,
        load: Callable[[int], Awaitable[Found]],
        ttl: float,
        stale_ttl: float,
    ) -> None:
        self._advice = advice
        self._answers = answers
        self._lists = lists
        self._facts = facts
        self._unit = unit
        self._load_details = load
        self._ttl = ttl
        self._stale_ttl = stale_ttl
        self._asked: LRUCache[int, _Asked] = LRUCache(_MOST_PACKS)
        self.used = dict[int, float]()
        """The time of the last question for a pack, by its id, on `time.monotonic`."""
        self._next_turn = 0.0
        self._paused_until = 0.0
        self._task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Start, unless it has started."""
        if self._task is None:
            self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        """Stop."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        await self._recall_unit()
        await self.learn_unit()
        await self.keep_filled()

    async def learn_unit(self) -> None:
        """Load the public lists, and the packs needed to learn the unit of `cost_mc_hash`."""
        await self._lists.try_listing(Include.PUBLIC)
        await self._gather_evidence()

    async def keep_filled(self) -> None:
        """Load wanted packs until the task is cancelled."""
        await asyncio.sleep(_FIRST_AFTER)
        while True:
            if self._lists.age() is None:
                await self._lists.try_listing(Include.PUBLIC)
            await self._gather_evidence()
            wanted = self._wanted()
            await self._load_all(wanted[:_MOST_AT_ONCE])
            await self._keep_unit()
            await self._advice.give()
            if len(wanted) <= _MOST_AT_ONCE:
                await asyncio.sleep(_LOOK_AGAIN)

    async def _recall_unit(self) -> None:
        if saved := await self._answers.recall_cost_unit():
            with suppress(ValueError):
                self._unit.restore(saved)

    async def _keep_unit(self) -> None:
        if self._unit.verdict.standing is Standing.PROVEN:
            await self._answers.keep_cost_unit(self._unit.saved())

    async def _gather_evidence(self) -> None:
        """Load a few details until the unit is known; decide without proof if there are no more."""
        await self._settle_doubt()
        if self._unit.verdict.standing is not Standing.UNPROVEN:
            return
        listed = [pack for pack in self._lists.public() if _needs_unit(pack)]
        unknown = [pack for pack in listed if self._facts.get(pack.id) is None]
        await self._load_all(unknown[:_EVIDENCE])
        for pack in listed:
            if details := self._facts.get(pack.id):
                then = self._facts.listed(pack.id)
                current = without_outdated(details, then, [pack], self._unit.relied_on)
                self._unit.learn([complete(current, pack)])
        if listed and all(pack.id in self._asked or self._facts.get(pack.id) for pack in listed):
            self._unit.learn_all()
        await self._keep_unit()

    async def _settle_doubt(self) -> None:
        """Find out whether Astria now writes `cost_mc_hash` in another unit."""
        since = self._unit.doubted_since
        if since is not None and await self._lists.replace_older(since):
            self._unit.trust()
        if self._unit.verdict.standing is Standing.CONTRADICTORY and self._lists.age() is not None:
            self._unit.forget_others({pack.id for pack in self._lists.known()})

    def _wanted(self) -> list[Pack]:
        """Return the packs to load, in order."""
        now, public = time.monotonic(), self._lists.public()
        details = [(pack, self._facts.get(pack.id)) for pack in public]
        changed = [pack for pack, known in details if known and self._has_changed(pack, known)]
        new = [pack for pack, known in details if not known and not self._was_asked(pack, now)]
        due = [pack for pack, known in details if known and self._is_due(pack, now)]
        due.sort(key=lambda pack: self.used.get(pack.id, 0.0), reverse=True)
        return list({pack.id: pack for pack in [*changed, *new, *due]}.values())

    def _was_asked(self, pack: Pack, now: float) -> bool:
        """Tell whether a recent request for the pack gave no details."""
        asked = self._asked.get(pack.id)
        return asked is not None and now - asked.at < self._ttl

    def _has_changed(self, pack: Pack, known: Pack) -> bool:
        """Tell whether a pack's entry in a list has changed since its details were loaded."""
        if asked := self._asked.get(pack.id):
            before = asked.listed
            return (before.classes, before.updated_at) != (pack.classes, pack.updated_at)
        if pack.updated_at and known.updated_at and pack.updated_at > known.updated_at:
            return True
        return _costs_differ(pack, known, self._unit.relied_on)

    def _is_due(self, pack: Pack, now: float) -> bool:
        """Tell whether the next member who asks for a pack would get a stale answer, or wait."""
        loaded_at = self._facts.loaded_at(pack.id) or 0.0
        if now - loaded_at >= self._stale_ttl / 2:
            return True
        return self.used.get(pack.id, 0.0) > loaded_at and now - loaded_at >= self._ttl

    async def _load_all(self, packs: Iterable[Pack]) -> None:
        waiting = iter(packs)
        await asyncio.gather(*(self._load_each(waiting) for _ in range(_AT_A_TIME)))

    async def _load_each(self, packs: Iterator[Pack]) -> None:
        for pack in packs:
            await self._turn()
            if await self._load(pack) is Found.STORE:
                self._next_turn = time.monotonic() + _BETWEEN_RECALLS

    async def _turn(self) -> None:
        """Wait until the next request may be sent."""
        now = time.monotonic()
        turn = max(now, self._next_turn)
        self._next_turn = turn + _BETWEEN_REQUESTS
        await asyncio.sleep(turn - now)
        await asyncio.sleep(max(0.0, self._paused_until - time.monotonic()))

    async def _load(self, pack: Pack) -> Found:
        found = Found.MISS
        try:
            found = await self._load_details(pack.id)
        except (NotFound, NotUnderstood):
            pass
        except AstriaError as error:
            wait = error.retry_after if isinstance(error, RateLimited) else None
            self._paused_until = time.monotonic() + max(wait or 0.0, _PAUSE)
            log.debug("loading in the background pauses", cause=str(error))
            return found
        if found is not Found.STORE:
            self._asked[pack.id] = _Asked(time.monotonic(), pack)
        return found


def _needs_unit(pack: Pack) -> bool:
    return any(one.listed_units and one.exact_cost is None for one in pack.classes)


def _costs_differ(pack: Pack, known: Pack, unit: Decimal | None) -> bool:
    details = {one.name: one for one in known.classes}
    both = ((one, details[one.name]) for one in pack.classes if one.name in details)
    return any(contradict(listed, detailed, unit) for listed, detailed in both)
