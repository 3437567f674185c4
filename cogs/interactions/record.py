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
"""The interaction's key for its record."""


class Outcome(StrEnum):
    """The end of an interaction."""

    ANSWERED = "answered"
    REFUSED = "refused"
    """The member was told why the request was refused."""
    NOT_FOUND = "not_found"
    FAILED = "failed"
    """The member was told of a fault, with a reference, or got no answer."""
    OVERTAKEN = "overtaken"
    """Another process had answered, or nobody waited any longer."""
    INTERRUPTED = "interrupted"
    """The bot had to stop, and could not wait for the answer."""


class Record:
    """One interaction from its beginning on. Each of its log lines has its fields."""

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
        """Where its data was found, and whether some of it was stale."""
        self.first: float | None = None
        """The seconds until the member first saw anything; None before that."""
        self.final: float | None = None
        """The seconds until the member saw the answer; None before that."""
        self._interaction = interaction
        self._reference = ""
        self._began = time.perf_counter()
        interaction.extras[_RECORD] = self
        # The log asks the record for its fields at each line.
        structlog.contextvars.bind_contextvars(interaction=self)

    @property
    def reference(self) -> str:
        """The reference for the member, which leads to the lines in the log."""
        if not self._reference:
            self._reference = secrets.token_hex(4)
        return self._reference

    @property
    def took(self) -> float:
        """The seconds since the interaction arrived."""
        return time.perf_counter() - self._began

    def mark_first_answer(self) -> None:
        """Record that the member has seen something; only the first call counts."""
        if self.first is None:
            self.first = self.took

    def mark_shown(self) -> None:
        """Record that the member has seen the answer; of several parts, the last counts."""
        self.final = time.perf_counter() - self._began
        if self.first is None:
            self.first = self.final

    def count(self, *, answered: bool) -> None:
        """Count the finished interaction; without an answer it has no time to the answer."""
        interactions, first_answer, final_answer = metrics.series(self.command, self.outcome)
        interactions.inc()
        if self.lookups.stale:
            metrics.STALE_ANSWERS.inc()
        if answered:
            now = time.perf_counter() - self._began
            first_answer.observe(now if self.first is None else self.first)
            final_answer.observe(now if self.final is None else self.final)

    def fields(self) -> Mapping[str, object]:
        """Return the fields for a log line now."""
        found = self.lookups.found
        return {
            "reference": self.reference,
            "command": self.command,
            "server": self._interaction.guild_id,
            # discord.py has no `user` if the interaction names none.
            "user": getattr(self._interaction.user, "id", None),
            "shard": shard_of(self._interaction),
            "took_ms": round(self.took * 1000, 1),
            "cache": found.name.lower() if found is not None else None,
        }


def record_of(interaction: discord.Interaction) -> Record:
    """Return the record of a running interaction."""
    return interaction.extras[_RECORD]


def shard_of(interaction: discord.Interaction) -> int:
    """Return the shard of an interaction; direct messages come through the first.

    Source: Discord's developer documentation, "Gateway", "Sharding".
    """
    shards = cast(discord.AutoShardedClient, interaction.client).shard_count or 1
    return ((interaction.guild_id or 0) >> 22) % shards
