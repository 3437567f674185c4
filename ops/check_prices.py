"""The finding of `--check` about the unit of `cost_mc_hash`."""

from __future__ import annotations

from api.catalogue.cost_unit import SETTING, Pair, Standing, Verdict
from ops.finding import Finding

UNIT = "unit of cost_mc_hash"


def unit_finding(verdict: Verdict, *, in_time: bool = True) -> Finding:
    """Return how the unit is known and why, and what to do if prices are unknown.

    `in_time` is whether all requests for evidence were answered.
    """
    says = _says(verdict)
    if verdict.standing is Standing.UNPROVEN and not in_time:
        says += ". Astria did not give all details in time: try again later"
    return Finding(UNIT, works=verdict.standing is not Standing.CONTRADICTORY, says=says)


def _says(verdict: Verdict) -> str:
    unit = f"{verdict.standing}, {verdict.units_per_usd:,f} for $1" if verdict.units_per_usd else ""
    match verdict.standing:
        case Standing.SET:
            return f"{unit}, as {SETTING} says"
        case Standing.PROVEN:
            return f"{unit}; {_evidence(verdict)}"
        case Standing.UNPROVEN:
            return (
                f"{unit}; {_evidence(verdict)}. "
                'Prices that are known only from cost_mc_hash say "about"'
            )
        case Standing.CONTRADICTORY:
            misfit = f" {_figures(verdict.misfit)}" if verdict.misfit else ""
            return (
                f"{verdict.standing}; {_evidence(verdict)}.{misfit} "
                "Prices that are known only from cost_mc_hash are unknown. "
                f"Set {SETTING} to what an invoice of Astria proves"
            )


def _evidence(verdict: Verdict) -> str:
    if not verdict.pairs:
        return "no class has both figures"
    return f"classes with both figures: {verdict.pairs}, in packs: {verdict.packs}"


def _figures(misfit: Pair) -> str:
    return (
        f"One that does not fit: pack {misfit.pack_id}, class {misfit.class_name!r}, "
        f"${misfit.exact_cost} in costs, {misfit.listed_units} in cost_mc_hash."
    )
