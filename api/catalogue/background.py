"""Load what members will ask for before they do: gently, and not while Astria has trouble."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress

import structlog

from api.cache.memory import Cache
from api.cache.statistics import Found
from api.catalogue.advice import Advice
from api.catalogue.answers import Answers
from api.catalogue.cost_unit import CostUnit, Pair, Standing
from api.catalogue.facts import Facts
from api.catalogue.lists import Lists
from api.catalogue.merging import complete
from api.wire.errors import AstriaError, NotFound, NotUnderstood, RateLimited
from api.wire.models import Include, Pack, PackClass

log = structlog.stdlib.get_logger("api.background")

# Two at a time, each at most so often: five requests a second. In seconds.
_AT_A_TIME = 2
_BETWEEN_REQUESTS = 0.4

# Members come first when the bot has just started; then packs are looked through so often, for
# what is new. In seconds.
_FIRST_AFTER = 10.0
_LOOK_AGAIN = 60.0

# When Astria fails, or wants fewer requests without a word of how long. In seconds.
_PAUSE = 30.0

# Details that are fetched at once to learn the unit of `cost_mc_hash`.
_EVIDENCE = 5


class Background:
    """Load the lists, evidence for the unit of costs, then the details of public packs.

    The newest come first, then those that a list says have changed. `most` is how many packs fit
    memory.
    """

    def __init__(
        self,
        answers: Answers,
        lists: Lists,
        facts: Facts,
        unit: CostUnit,
        packs: Cache[str, Pack],
        advice: Advice,
        *,
        most: int,
    ) -> None:
        self._advice = advice
        self._answers = answers
        self._lists = lists
        self._facts = facts
        self._unit = unit
        self._packs = packs
        self._most = most
        self._loaded_for = dict[int, tuple[PackClass, ...]]()
        """What a list said of packs when Astria was asked for their details."""
        self._paused_until = 0.0
        self._task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Begin, unless that has been done."""
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
        """Load the public lists, and what it takes to learn the unit of `cost_mc_hash`."""
        await self._lists.try_listing(Include.PUBLIC)
        await self._gather_evidence()

    async def keep_filled(self) -> None:
        """Load what is wanted, again and again."""
        await asyncio.sleep(_FIRST_AFTER)
        while True:
            if self._lists.age() is None:
                await self._lists.try_listing(Include.PUBLIC)
            await self._gather_evidence()
            await self._load_all(self._wanted())
            await self._keep_unit()
            await self._advice.give()
            await asyncio.sleep(_LOOK_AGAIN)

    async def _recall_unit(self) -> None:
        if saved := await self._answers.recall_cost_unit():
            with suppress(ValueError):
                self._unit.restore(saved)

    async def _keep_unit(self) -> None:
        if self._unit.verdict.standing is Standing.PROVEN:
            await self._answers.keep_cost_unit(self._unit.saved())

    async def _gather_evidence(self) -> None:
        """Load a handful of details until the unit is known; if that was all, it must do."""
        await self._settle_doubt()
        if self._unit.verdict.standing is not Standing.UNPROVEN:
            return
        listed = [pack for pack in self._lists.public() if _needs_unit(pack)]
        unknown = [pack for pack in listed if self._facts.get(pack.id) is None]
        await self._load_all(unknown[:_EVIDENCE])
        for pack in listed:
            if details := self._facts.get(pack.id):
                self._unit.learn([complete(details, pack)])
        if listed and all(self._facts.get(pack.id) for pack in listed):
            self._unit.learn_all()
        await self._keep_unit()

    async def _settle_doubt(self) -> None:
        """Find out whether Astria has begun to write `cost_mc_hash` in another unit."""
        since = self._unit.doubted_since
        if since is not None and await self._lists.replace_older(since):
            self._unit.trust()
        if self._unit.verdict.standing is Standing.CONTRADICTORY and self._lists.age() is not None:
            self._unit.forget_others({pack.id for pack in self._lists.known()})

    def _wanted(self) -> Iterator[Pack]:
        """Yield the packs to be loaded: the newest first, then those that have changed."""
        public = self._lists.public()[: self._most]
        details = [(pack, self._facts.get(pack.id)) for pack in public]
        yield from (pack for pack, known in details if known is None)
        yield from (pack for pack, known in details if known and self._has_changed(pack, known))

    def _has_changed(self, pack: Pack, known: Pack) -> bool:
        """Tell whether a list speaks of a pack that is another one than its details."""
        if pack.updated_at and known.updated_at and pack.updated_at > known.updated_at:
            return True
        return self._loaded_for.get(pack.id) != pack.classes and _costs_differ(pack, known)

    async def _load_all(self, packs: Iterable[Pack]) -> None:
        waiting = iter(packs)
        await asyncio.gather(*(self._load_each(waiting) for _ in range(_AT_A_TIME)))

    async def _load_each(self, packs: Iterator[Pack]) -> None:
        for pack in packs:
            await asyncio.sleep(max(0.0, self._paused_until - time.monotonic()))
            if await self._load(pack) is not Found.STORE:
                await asyncio.sleep(_BETWEEN_REQUESTS)

    async def _load(self, pack: Pack) -> Found:
        try:
            _, found = await self._packs.load(str(pack.id))
        except (NotFound, NotUnderstood):
            pass
        except AstriaError as error:
            wait = error.retry_after if isinstance(error, RateLimited) else None
            self._paused_until = time.monotonic() + max(wait or 0.0, _PAUSE)
            log.debug("loading in the background pauses", cause=str(error))
        else:
            if found is not Found.STORE:
                self._loaded_for[pack.id] = pack.classes
            return found
        return Found.MISS


def _needs_unit(pack: Pack) -> bool:
    return any(one.listed_units and one.exact_cost is None for one in pack.classes)


def _costs_differ(pack: Pack, known: Pack) -> bool:
    """Tell whether a list's figures of a class cannot be the price that its details say."""
    details = {one.name: one for one in known.classes}
    both = ((one, details[one.name]) for one in pack.classes if one.name in details)
    return any(_differ(listed, detailed) for listed, detailed in both)


def _differ(listed: PackClass, detailed: PackClass) -> bool:
    exact, units = detailed.exact_cost, listed.listed_units
    if listed.exact_cost is not None and exact is not None:
        return listed.exact_cost != exact
    if units is not None and detailed.listed_units is not None:
        return units != detailed.listed_units
    return (
        exact is not None
        and units is not None
        and not Pair(0, listed.name, exact, units).fitting_units
    )
