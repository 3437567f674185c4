"""Soak the bot, and print whether anything grew: `python -m benchmarks.soak [count]`."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Mapping
from typing import TypeVar

from benchmarks.report import machine
from benchmarks.soak.run import AT_ONCE, Soaked, soak

T = TypeVar("T", bound=str)

_MOMENTS = ("start", "middle", "end")


def _print(soaked: Soaked, count: int) -> None:
    print(f"{count:,} interactions in {soaked.seconds:.0f} s, {AT_ONCE} at once", end="\n\n")
    print(f"{'':<8}{'memory':>10} {'sockets':>8} {'handles':>8} {'tasks':>8}")
    for moment, sample in zip(_MOMENTS, soaked.samples, strict=True):
        print(f"{moment:<8}{sample}")
    _print_counts("what members saw", soaked.ends)
    _print_counts("what the bot counted", {**soaked.outcomes, "from old data": soaked.stale})
    _print_counts("requests to Astria", soaked.requests)
    _print_counts("faults, the warm-up's too", soaked.faults)
    said = {f"{level}: {event}": number for (level, event), number in soaked.journal.said.items()}
    _print_counts("the log, the warm-up's too", said)


def _print_counts(title: str, counts: Mapping[T, int]) -> None:
    print(f"\n{title}")
    for name, number in sorted(counts.items(), key=lambda one: -one[1]):
        print(f"  {number:>7,}  {name}")


def main() -> int:
    """Soak the bot; return 1 if there is a problem."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("count", nargs="?", type=int, default=20_000, help="how many interactions")
    parser.add_argument("--cache", choices=("mem", "disk"), default="mem", help="CACHE_URL's kind")
    options = parser.parse_args()
    print(machine(), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        url = f"disk://{folder}" if options.cache == "disk" else "mem://"
        soaked = asyncio.run(soak(options.count, cache_url=url))
    _print(soaked, options.count)
    problems = list(soaked.problems())
    print(f"\n{'not as it should be' if problems else 'all is flat, and nothing unexpected'}")
    for problem in problems:
        print(f"  - {problem}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
