"""Learn what a unit of `cost_mc_hash` is worth, from classes whose exact cost is known too."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
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
"""Units a dollar, as in the example of Astria's packs page: 200000 is $20 USD."""

# From one unit a dollar to a thousand millionth of a dollar.
_UNITS = [Decimal(10) ** exponent for exponent in range(10)]

# Fewer could agree by chance.
_ENOUGH_PAIRS, _ENOUGH_PACKS = 3, 2

# Of those that fit the same units: many that agree must not drown out one that does not.
_MOST_PAIRS = 500


class Standing(StrEnum):
    """How the unit is known."""

    SET = "set"
    """By the operator's setting."""
    PROVEN = "proven"
    """One power of ten fits all evidence."""
    UNPROVEN = "unproven"
    """By an assumption: there is no evidence, or too little."""
    CONTRADICTORY = "contradictory"
    """Not at all: no power of ten fits all evidence."""


class Pair(msgspec.Struct, frozen=True):
    """A class of which both figures are known."""

    pack_id: int
    class_name: str
    exact_cost: Decimal
    """In US dollars."""
    listed_units: Decimal

    @property
    def fitting_units(self) -> tuple[Decimal, ...]:
        """The units in which both figures are the same price."""
        listed, exact = self.listed_units, self.exact_cost
        return tuple(unit for unit in _UNITS if abs(listed / unit - exact) <= HALF_A_CENT)


class _Saved(msgspec.Struct, frozen=True):
    pairs: tuple[Pair, ...]
    complete: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is known of the unit, and why."""

    standing: Standing
    units_per_usd: Decimal | None
    """None if the evidence is contradictory."""
    pairs: int = 0
    packs: int = 0
    misfit: Pair | None = None
    """One of the pairs that are in contradiction to others."""


class CostUnit:
    """Judge the unit by all evidence so far; a `setting` (units a dollar) overrides it."""

    def __init__(self, setting: Decimal | None) -> None:
        self._setting = setting
        self._pairs_by_units = dict[tuple[Decimal, ...], dict[tuple[int, str], Pair]]()
        self._complete = False
        self._lock = Lock()  # lists are made in threads
        self.verdict = self._judged()

    def learn(self, packs: Iterable[Pack]) -> None:
        """Take the classes into account of which both figures are known."""
        self._add(pair for pack in packs for pair in _pairs_of(pack))

    def learn_all(self) -> None:
        """Take note that there is no more evidence: what there is must do."""
        with self._lock:
            self._complete = True
            self._judge()

    def saved(self) -> bytes:
        """Return the evidence, to be restored by another process."""
        with self._lock:
            return msgspec.json.encode(_Saved(self._pairs(), self._complete))

    def restore(self, saved: bytes) -> None:
        """Take the evidence of an earlier process into account; raises ValueError."""
        evidence = msgspec.json.decode(saved, type=_Saved)
        self._add(evidence.pairs)
        if evidence.complete:
            self.learn_all()

    def _add(self, pairs: Iterable[Pair]) -> None:
        if self._setting is not None:
            return
        # Worked out first: nobody waits for that.
        found = [(pair, pair.fitting_units) for pair in pairs if not self._is_known(pair)]
        with self._lock:
            changed = [self._replace(pair, units) for pair, units in found]
            if any(changed):
                self._judge()

    def _is_known(self, pair: Pair) -> bool:
        key = pair.pack_id, pair.class_name
        return any(pairs.get(key) == pair for pairs in tuple(self._pairs_by_units.values()))

    def _replace(self, pair: Pair, units: tuple[Decimal, ...]) -> bool:
        """Take a pair into account, in place of an earlier one; tell whether it changes any."""
        key, changed = (pair.pack_id, pair.class_name), False
        for others, pairs in self._pairs_by_units.items():
            if others != units and pairs.pop(key, None):
                changed = True
        alike = self._pairs_by_units.setdefault(units, {})
        if key in alike or len(alike) < _MOST_PAIRS:
            alike[key] = pair
            changed = True
        return changed

    def _pairs(self) -> tuple[Pair, ...]:
        return tuple(pair for pairs in self._pairs_by_units.values() for pair in pairs.values())

    def _judge(self) -> None:
        before, self.verdict = self.verdict, self._judged()
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


def _pairs_of(pack: Pack) -> Iterable[Pair]:
    for one in pack.classes:
        if one.exact_cost is None or one.listed_units is None:
            continue
        if one.exact_cost or one.listed_units:  # nothing is nothing in any unit
            yield Pair(pack.id, one.name, one.exact_cost, one.listed_units)
