"""Metrics of interactions. The values of each label come from a closed set."""

from __future__ import annotations

from functools import cache

from prometheus_client import Counter, Histogram

# In seconds. Discord waits 3 for the first answer; the whole answer may have to wait for Astria.
_FIRST_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0)
_FINAL_BUCKETS = (0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)

INTERACTIONS = Counter(
    "packs_bot_interactions",
    "Commands, controls and boxes that members used, by their outcome.",
    ["command", "outcome"],
)
FIRST_ANSWER_SECONDS = Histogram(
    "packs_bot_first_answer_seconds",
    'Time until a member saw anything, "is thinking" included.',
    ["command"],
    buckets=_FIRST_BUCKETS,
)
FINAL_ANSWER_SECONDS = Histogram(
    "packs_bot_final_answer_seconds",
    "Time until a member saw the whole answer.",
    ["command"],
    buckets=_FINAL_BUCKETS,
)
STALE_ANSWERS = Counter("packs_bot_stale_answers", "Answers that were made from stale data.")


# Looked up once, as a look-up takes longer than counting.
@cache
def series(command: str, outcome: str) -> tuple[Counter, Histogram, Histogram]:
    """Return an interaction's metrics: its counter, and its times to first and whole answer."""
    return (
        INTERACTIONS.labels(command, outcome),
        FIRST_ANSWER_SECONDS.labels(command),
        FINAL_ANSWER_SECONDS.labels(command),
    )
