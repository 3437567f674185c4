"""The report: a Markdown table with one line per figure and its ratio to the baseline."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.sampling import Spread

_WIDTHS = (50, 10, 10, 24, 6, 7)
_HEADINGS = ("what", "bot", "baseline", "ratio (lowest–highest)", "target", "")


@dataclass(frozen=True, slots=True)
class Row:
    """One figure, its baseline and their ratio over all runs."""

    what: str
    value: str
    baseline: str
    ratio: Spread
    at_most: float | None = None
    at_least: float | None = None

    @property
    def met(self) -> bool | None:
        """Tell whether the median meets the target; None if there is no target."""
        if self.at_most is not None:
            return self.ratio.median <= self.at_most
        return self.ratio.median >= self.at_least if self.at_least is not None else None


def machine() -> str:
    """Describe the machine."""
    models = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    ]
    load = " ".join(f"{one:.2f}" for one in os.getloadavg())
    return (
        f"{platform.python_implementation()} {platform.python_version()}, "
        f"Linux {platform.release()}, {os.cpu_count()} cores "
        f"({models[0] if models else 'unknown'}), load {load}"
    )


def heading() -> str:
    """Return the first lines of the table."""
    rule = "|".join("-" * (width + 2) for width in _WIDTHS)
    return f"{_line(_HEADINGS)}\n|{rule}|"


def line(row: Row) -> str:
    """Return one line of the table."""
    target = ""
    if row.at_most is not None:
        target = f"≤ {row.at_most:g}"
    elif row.at_least is not None:
        target = f"≥ {row.at_least:g}"
    met = {True: "met", False: "not met", None: ""}[row.met]
    ratio = f"{row.ratio.median:.2f} ({row.ratio.low:.2f}–{row.ratio.high:.2f})"
    return _line((row.what, row.value, row.baseline, ratio, target, met))


def milliseconds(seconds: float) -> str:
    """Return a time in milliseconds."""
    return f"{seconds * 1_000:.2f} ms"


def megabytes(size: float) -> str:
    """Return a size in megabytes."""
    return f"{size / 1_000_000:.1f} MB"


def _line(cells: Iterable[str]) -> str:
    padded = (cell.ljust(width) for cell, width in zip(cells, _WIDTHS, strict=True))
    return f"| {' | '.join(padded)} |"
