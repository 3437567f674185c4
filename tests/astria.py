"""The stand-in for Astria, as tests name it."""

from __future__ import annotations

from standins.astria.answers import Answer
from standins.astria.packs import Json, made_up_pack, pack_260, recorded
from standins.astria.server import KEY, Astria, astria_server
from standins.astria.shapes import Shape, summary

__all__ = [
    "KEY", "Answer", "Astria", "Json", "astria_server", "made_up_pack", "pack_260", "recorded",
    "summary_of",
]  # fmt: skip


def summary_of(pack: Json, **costs: object) -> Json:
    """Return what the account's list shows of a pack, with these figures as `cost_mc_hash`."""
    return summary(pack | {"cost_mc_hash": costs}, Shape(), gallery=False)
