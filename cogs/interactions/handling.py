"""The one way that every interaction takes: let in, answered whatever happens, and counted."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

import discord
import structlog

from api.wire.allowance import begin_allowance
from cogs.interactions import metrics
from cogs.interactions.allowances import LookupAllowance
from cogs.interactions.errors import Refusal, answer_error
from cogs.interactions.recheck import recheck
from cogs.interactions.record import Outcome, begin_record, record_of
from cogs.interactions.services import services_of, words_of

log = structlog.stdlib.get_logger("cogs")

# Asked first: a line that nobody wants would take longer than all else here together.
_is_enabled_for = logging.getLogger("cogs").isEnabledFor


async def handle(
    interaction: discord.Interaction, command: str, work: Callable[[], Awaitable[object]]
) -> None:
    """Do the work of an interaction; `command` is its name in the log and the metrics."""
    record = begin_record(interaction, command)
    running = services_of(interaction).running
    with running.answer():
        try:
            await _work(interaction, work)
        except Exception as error:
            await answer_error(interaction, error)
        except asyncio.CancelledError:
            if not running.interrupted:
                raise
            if not record.shown:
                await answer_error(interaction, Refusal(words_of(interaction).restarting))
                record.outcome = Outcome.INTERRUPTED
    metrics.count(record, answered=interaction.response.is_done())
    if _is_enabled_for(logging.DEBUG):
        log.debug("handled", outcome=record.outcome.value)
    await recheck(interaction)


async def _work(interaction: discord.Interaction, work: Callable[[], Awaitable[object]]) -> None:
    if interaction.type is discord.InteractionType.autocomplete:
        if not await services_of(interaction).suggestions.is_wanted(interaction):
            record_of(interaction).outcome = Outcome.OVERTAKEN
            return
    else:
        _count(interaction)
    begin_allowance(_allowance(interaction))
    await work()
    record = record_of(interaction)
    if record.outcome is Outcome.ANSWERED and not interaction.response.is_done():
        record.outcome = Outcome.FAILED


def _count(interaction: discord.Interaction) -> None:
    """Count a request of a member; raises Refusal if it is one too many."""
    wait = services_of(interaction).cooldowns.hit(interaction.user.id, interaction.created_at)
    if wait is not None:
        raise Refusal(words_of(interaction).slow_down(wait))


def _allowance(interaction: discord.Interaction) -> LookupAllowance:
    return LookupAllowance(
        services_of(interaction).lookups, interaction.user.id, interaction.created_at
    )
