"""Learn the unit of `cost_mc_hash` from classes whose exact cost is known too."""

from __future__ import annotations

import time
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from threading import Lock

import msgspec
import structlog

from api.wire.models import Pack
from api.wire.money import HALF_A_CENT

log = structlog.stdlib.get_logger("api.cost_unit")

SETTING = "ASTRIA_COST_MC_PER_USD"

WORKED_EXAMPLE = Decimal(10_000)
"""Units per dollar, from the example of Astria's packs page: 200000 is $20 USD."""

# From one unit per dollar to a thousand million.
_UNITS = [Decimal(10) ** exponent for exponent in range(10)]

# Fewer may agree by chance.
_ENOUGH_PAIRS, _ENOUGH_PACKS = 3, 2

# Pairs kept per set of fitting units, so that many equal ones do not evict a contradictory one.
_MOST_PAIRS = 500


_Key = tuple[int, str]


class Standing(StrEnum):
    """How the unit is known."""

    SET = "set"
    """Set by the operator."""
    PROVEN = "proven"
    """One power of ten fits all evidence."""
    UNPROVEN = "unproven"
    """Assumed: there is no evidence, or too little."""
    CONTRADICTORY = "contradictory"
    """Unknown: no power of ten fits all evidence."""


class Pair(msgspec.Struct, frozen=True):
    """A class with both figures known."""

    pack_id: int
    class_name: str
    exact_cost: Decimal
    """In US dollars."""
    listed_units: Decimal

    @property
    def key(self) -> _Key:
        """The pack and class: there is one pair for each."""
        return self.pack_id, self.class_name

    @property
    def fitting_units(self) -> tuple[Decimal, ...]:
        """The units for which both figures are the same price."""
        listed, exact = self.listed_units, self.exact_cost
        return tuple(unit for unit in _UNITS if abs(listed / unit - exact) <= HALF_A_CENT)


class _Saved(msgspec.Struct, frozen=True):
    pairs: tuple[Pair, ...]
    complete: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """The unit as far as it is known, and the evidence."""

    standing: Standing
    units_per_usd: Decimal | None
    """None if the evidence is contradictory."""
    pairs: int = 0
    packs: int = 0
    misfit: Pair | None = None
    """One of the pairs that contradict others."""


class CostUnit:
    """Judge the unit by all evidence so far; a `setting` (units per dollar) overrides it."""

    def __init__(self, setting: Decimal | None) -> None:
        self._setting = setting
        self._pairs_by_units = dict[tuple[Decimal, ...], dict[_Key, Pair]]()
        self._complete = False
        self.relied_on: Decimal | None = None
        """The unit that was proven last, also while it is in doubt; None if it is set."""
        self.doubted_since: float | None = None
        """The time of the first figure that suggests another unit, on `time.monotonic`."""
        self._lock = Lock()  # lists are built in threads
        self.verdict = self._judged()

    def learn(self, packs: Iterable[Pack]) -> None:
        """Add the classes with both figures known to the evidence."""
        if self._setting is None:
            self._add(found for pack in packs for found in self._evidence_of(pack))

    def learn_all(self) -> None:
        """Decide by the evidence so far, as no more will come."""
        with self._lock:
            self._complete = True
            self._judge()

    def trust(self) -> None:
        """Accept the new unit: all lists are newer than the first sign of it."""
        with self._lock:
            self.relied_on = self.doubted_since = None
            self._judge()

    def saved(self) -> bytes:
        """Return the evidence, for another process to restore."""
        with self._lock:
            return msgspec.json.encode(_Saved(self._pairs(), self._complete))

    def restore(self, saved: bytes) -> None:
        """Add the evidence of an earlier process; raises ValueError."""
        evidence = msgspec.json.decode(saved, type=_Saved)
        if self._setting is None:
            news = (pair for pair in evidence.pairs if self._known(pair.key) is None)
            self._add((pair.key, pair) for pair in news)
        if evidence.complete:
            self.learn_all()

    def forget_others(self, pack_ids: Container[int]) -> None:
        """Forget the evidence of all packs except these, as the others are gone."""
        with self._lock:
            gone = [pair for pair in self._pairs() if pair.pack_id not in pack_ids]
            for pair in gone:
                self._remove(pair.key)
            if gone:
                self._judge()

    def _add(self, evidence: Iterable[tuple[_Key, Pair | None]]) -> None:
        """Add pairs, or replace earlier ones; None removes an earlier one."""
        # Computed before taking the lock, so that nobody waits for it.
        found = [
            (key, pair, pair.fitting_units if pair else ())
            for key, pair in evidence
            if self._known(key) != pair
        ]
        with self._lock:
            changed = [self._replace(key, pair, units) for key, pair, units in found]
            if any(changed):
                self._judge()

    def _evidence_of(self, pack: Pack) -> Iterator[tuple[_Key, Pair | None]]:
        for one in pack.classes:
            key, exact, units = (pack.id, one.name), one.exact_cost, one.listed_units
            if units is None:
                continue
            if exact is None:
                yield key, self._moved(key, units)
            elif exact or units:  # 0 is 0 in any unit
                yield key, Pair(*key, exact, units)

    def _moved(self, key: _Key, units: Decimal) -> Pair | None:
        """Return the new evidence if a list has another figure and the exact cost is unknown.

        A change by a power of ten means another unit, which must not go unnoticed. Any other change
        is another price: no evidence until its exact cost is known.
        """
        before = self._known(key)
        if before is None or before.listed_units == units:
            return before
        moved = Pair(*key, before.exact_cost, units)
        return moved if moved.fitting_units else None

    def _known(self, key: _Key) -> Pair | None:
        groups = tuple(self._pairs_by_units.values())
        return next((pair for pairs in groups if (pair := pairs.get(key))), None)

    def _replace(self, key: _Key, pair: Pair | None, units: tuple[Decimal, ...]) -> bool:
        """Add a pair or replace an earlier one; tell whether that changes anything."""
        changed = self._remove(key)
        alike = self._pairs_by_units.setdefault(units, {})
        if pair is not None and len(alike) < _MOST_PAIRS:
            alike[key] = pair
            changed = True
        return changed

    def _remove(self, key: _Key) -> bool:
        return any(pairs.pop(key, None) for pairs in self._pairs_by_units.values())

    def _pairs(self) -> tuple[Pair, ...]:
        return tuple(pair for pairs in self._pairs_by_units.values() for pair in pairs.values())

    def _judge(self) -> None:
        before, self.verdict = self.verdict, self._with_doubt(self._judged())
        after = self.verdict
        if (before.standing, before.units_per_usd) == (after.standing, after.units_per_usd):
            return
        misfit = after.misfit
        tell = log.warning if after.standing is Standing.CONTRADICTORY else log.info
        tell(
            "the unit of cost_mc_hash",
            standing=after.standing.value,
            units_per_usd=str(after.units_per_usd),
            pairs=after.pairs,
            packs=after.packs,
            setting=SETTING,
            **({} if misfit is None else {"misfit": msgspec.to_builtins(misfit)}),
        )

    def _with_doubt(self, verdict: Verdict) -> Verdict:
        """Return the verdict; the unit is unknown as long as lists may be in different ones."""
        if verdict.units_per_usd == self.relied_on or self.relied_on is None:
            self.doubted_since = None
            if verdict.standing is Standing.PROVEN:
                self.relied_on = verdict.units_per_usd
            return verdict
        if self.doubted_since is None:
            self.doubted_since = time.monotonic()
        return replace(verdict, standing=Standing.CONTRADICTORY, units_per_usd=None)

    def _judged(self) -> Verdict:
        if self._setting is not None:
            return Verdict(Standing.SET, self._setting)
        pairs = self._pairs()
        count = len(pairs), len({pair.pack_id for pair in pairs})
        known = {units: len(some) for units, some in self._pairs_by_units.items() if some}
        fitting = [unit for unit in _UNITS if all(unit in units for units in known)]
        if not fitting:
            best = max(
                _UNITS, key=lambda unit: sum(known[units] for units in known if unit in units)
            )
            misfit = next(pair for pair in pairs if best not in pair.fitting_units)
            return Verdict(Standing.CONTRADICTORY, None, *count, misfit)
        if len(fitting) > 1:
            unit = WORKED_EXAMPLE if WORKED_EXAMPLE in fitting else fitting[0]
            return Verdict(Standing.UNPROVEN, unit, *count)
        enough = self._complete or (count[0] >= _ENOUGH_PAIRS and count[1] >= _ENOUGH_PACKS)
        return Verdict(Standing.PROVEN if enough else Standing.UNPROVEN, fitting[0], *count)
