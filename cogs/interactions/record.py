"""The record of one interaction, for the log and the metrics."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from enum import StrEnum
from typing import cast

import discord
import structlog

from api.cache.statistics import begin_lookups
from cogs.interactions import metrics

_RECORD = "record"
"""Where an interaction keeps its record."""


class Outcome(StrEnum):
    """How an interaction ended."""

    ANSWERED = "answered"
    REFUSED = "refused"
    """The member was told why not."""
    NOT_FOUND = "not_found"
    FAILED = "failed"
    """The member was told of a fault, with a reference, or of nothing at all."""
    OVERTAKEN = "overtaken"
    """Another process had answered, or nobody waited any more."""
    INTERRUPTED = "interrupted"
    """The bot was told to stop, and could not wait for the answer."""


class Record:
    """One interaction, from its beginning on. Its fields stand in each of its lines in the log."""

    __slots__ = (
        "_began",
        "_interaction",
        "_reference",
        "command",
        "final",
        "first",
        "lookups",
        "outcome",
    )

    def __init__(self, interaction: discord.Interaction, command: str) -> None:
        self.command = command
        """The name of the command or control, from a closed set."""
        self.outcome = Outcome.ANSWERED
        self.lookups = begin_lookups()
        """Where its data was found, and whether any of it was old."""
        self.first: float | None = None
        """The seconds until the member first saw anything, if they have."""
        self.final: float | None = None
        """The seconds until the member saw the answer, if they have."""
        self._interaction = interaction
        self._reference = ""
        self._began = time.perf_counter()
        interaction.extras[_RECORD] = self
        # The log asks it for its fields whenever it writes a line.
        structlog.contextvars.bind_contextvars(interaction=self)

    @property
    def reference(self) -> str:
        """What a member is told, to find the lines in the log by."""
        if not self._reference:
            self._reference = secrets.token_hex(4)
        return self._reference

    @property
    def took(self) -> float:
        """The seconds since the interaction came in."""
        return time.perf_counter() - self._began

    def mark_first_answer(self) -> None:
        """Note that the member has seen something; only the first call counts."""
        if self.first is None:
            self.first = self.took

    def mark_shown(self) -> None:
        """Note that the member has seen the answer; of several parts the last counts."""
        self.final = time.perf_counter() - self._began
        if self.first is None:
            self.first = self.final

    def count(self, *, answered: bool) -> None:
        """Count the interaction as over; one without any answer has no time until it came."""
        interactions, first_answer, final_answer = metrics.series(self.command, self.outcome)
        interactions.inc()
        if self.lookups.stale:
            metrics.STALE_ANSWERS.inc()
        if answered:
            now = time.perf_counter() - self._began
            first_answer.observe(now if self.first is None else self.first)
            final_answer.observe(now if self.final is None else self.final)

    def fields(self) -> Mapping[str, object]:
        """Return the fields of a log line that is written now."""
        found = self.lookups.found
        return {
            "reference": self.reference,
            "command": self.command,
            "server": self._interaction.guild_id,
            # discord.py has no user for an interaction that names none.
            "user": getattr(self._interaction.user, "id", None),
            "shard": shard_of(self._interaction),
            "took_ms": round(self.took * 1000, 1),
            "cache": found.name.lower() if found is not None else None,
        }


def record_of(interaction: discord.Interaction) -> Record:
    """Return the record of an interaction that is being handled."""
    return interaction.extras[_RECORD]


def shard_of(interaction: discord.Interaction) -> int:
    """Return the shard that an interaction comes through; direct messages come through the first.

    Source: Discord's developer documentation, "Gateway", "Sharding".
    """
    shards = cast(discord.AutoShardedClient, interaction.client).shard_count or 1
    return ((interaction.guild_id or 0) >> 22) % shards
