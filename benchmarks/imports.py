"""Show what importing the bot takes, by package: `python -m benchmarks.imports [module …]`."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter

from standins.processes import ROOT

_LINE = re.compile(r"import time:\s+(?P<own>\d+) \|\s+\d+ \|\s+(?P<package>\w+)")
_SHOWN = 20

MODULES = ("discord.ext.commands", "ops.run")
"""What every discord.py bot imports, and what this one does."""


def by_package(module: str) -> Counter[str]:
    """Return the microseconds of importing a module, by the top-level packages it needs."""
    taken: Counter[str] = Counter()
    done = subprocess.run(  # noqa: S603 - the project's own modules
        [sys.executable, "-X", "importtime", "-c", f"import {module}"],
        cwd=ROOT, stderr=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    for found in map(_LINE.match, done.stderr.splitlines()):
        if found:
            taken[found["package"]] += int(found["own"])
    return taken


def main() -> int:
    """Print the packages that take most, for the bot and for discord.py alone."""
    for module in sys.argv[1:] or MODULES:
        by_package(module)  # so that all is compiled, and in the page cache
        taken = by_package(module)
        print(f"\n{module}: {taken.total() / 1_000:.0f} ms")
        for package, microseconds in taken.most_common(_SHOWN):
            print(f"{microseconds / 1_000:7.1f} ms  {package}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
