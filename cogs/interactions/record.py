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
        "_final",
        "_first",
        "_interaction",
        "_lookups",
        "command",
        "outcome",
        "reference",
    )

    def __init__(self, interaction: discord.Interaction, command: str) -> None:
        self.command = command
        """The name of the command or control, from a closed set."""
        self.reference = secrets.token_hex(4)
        self.outcome = Outcome.ANSWERED
        self._interaction = interaction
        self._lookups = begin_lookups()
        self._began = time.perf_counter()
        self._first: float | None = None
        self._final: float | None = None

    def mark_first_answer(self) -> None:
        """Note that the member has seen something; only the first call counts."""
        if self._first is None:
            self._first = self.took

    def mark_shown(self) -> None:
        """Note that the member has seen the answer; of several parts the last counts."""
        self.mark_first_answer()
        self._final = self.took

    @property
    def shown(self) -> bool:
        """Whether the member has the answer."""
        return self._final is not None

    @property
    def took(self) -> float:
        """The seconds since the interaction came in."""
        return time.perf_counter() - self._began

    @property
    def first_answer_took(self) -> float:
        """The seconds until the member first saw anything; until now if there was no mark."""
        return self.took if self._first is None else self._first

    @property
    def final_answer_took(self) -> float:
        """The seconds until the member saw the answer; until now if there was no mark."""
        return self.took if self._final is None else self._final

    @property
    def stale(self) -> bool:
        """Whether old data was used."""
        return self._lookups.stale

    def fields(self) -> Mapping[str, object]:
        """Return the fields of a log line that is written now."""
        found = self._lookups.found
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


def begin_record(interaction: discord.Interaction, command: str) -> Record:
    """Return the record of an interaction that came in, for the rest of the current task."""
    record = Record(interaction, command)
    interaction.extras[_RECORD] = record
    # The log asks it for its fields whenever it writes a line.
    structlog.contextvars.bind_contextvars(interaction=record)
    return record


def record_of(interaction: discord.Interaction) -> Record:
    """Return the record of an interaction that is being handled."""
    return interaction.extras[_RECORD]


def shard_of(interaction: discord.Interaction) -> int:
    """Return the shard that an interaction comes through; direct messages come through the first.

    Source: Discord's developer documentation, "Gateway", "Sharding".
    """
    shards = cast(discord.AutoShardedClient, interaction.client).shard_count or 1
    return ((interaction.guild_id or 0) >> 22) % shards
