"""Keep a random sample of the mutations of a session, and skip the others.

It runs in cosmic-ray's own environment: see the Makefile's target `mutants`.
"""

from __future__ import annotations

import random
import sys
from argparse import ArgumentParser, Namespace

from cosmic_ray.tools.filters.filter_app import FilterApp
from cosmic_ray.work_db import WorkDB
from cosmic_ray.work_item import WorkerOutcome, WorkResult


class Sample(FilterApp):
    """Skip all mutations except a sample."""

    def description(self) -> str:
        """Return what the filter does."""
        return __doc__ or ""

    def add_args(self, parser: ArgumentParser) -> None:
        """Add the arguments for the sample's size and seed."""
        parser.add_argument("--count", type=int, required=True)
        parser.add_argument("--seed", type=int, default=0)

    def filter(self, work_db: WorkDB, args: Namespace) -> None:
        """Mark the mutations outside the sample as skipped."""
        pending = [item.job_id for item in work_db.pending_work_items]
        if not pending:
            sys.exit("No line that mutants.toml names is new. Name an older commit: SINCE=")
        kept = random.Random(args.seed).sample(pending, min(args.count, len(pending)))  # noqa: S311
        for job in set(pending) - set(kept):
            skipped = WorkResult(output="not in the sample", worker_outcome=WorkerOutcome.SKIPPED)
            work_db.set_result(job, skipped)
        sys.stderr.write(f"{len(kept)} of {len(pending)} mutations are tried.\n")


if __name__ == "__main__":
    Sample().main()
