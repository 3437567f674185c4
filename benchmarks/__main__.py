"""Measure, and print each figure with its baseline: `python -m benchmarks [name …]`."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence

from benchmarks.measures import MEASURES
from benchmarks.report import heading, line, machine


async def run(names: Sequence[str]) -> None:
    """Take the named measures, one after another."""
    print(machine(), heading(), sep="\n\n", flush=True)
    for name in names:
        for row in await MEASURES[name]():
            print(line(row), flush=True)


def main() -> int:
    """Take the measures that the arguments name, or all."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(MEASURES))
    names = parser.parse_args().names or list(MEASURES)
    unknown = [name for name in names if name not in MEASURES]
    if unknown:
        parser.error(f"no such measure: {', '.join(unknown)}; there are {', '.join(MEASURES)}")
    asyncio.run(run(names))
    return 0


if __name__ == "__main__":
    sys.exit(main())
