"""Handle every interaction in one place: check the limits, answer even after errors, count it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import cast

import discord
import structlog
from discord import AppCommandType, app_commands

from api.wire.allowance import allowance
from cogs.discord_internals import CommandTree
from cogs.interactions.allowances import LookupAllowance
from cogs.interactions.control import OTHER, control_name, control_of
from cogs.interactions.errors import Refusal, answer_error
from cogs.interactions.recheck import RECHECKS, recheck
from cogs.interactions.record import Outcome, Record, record_of
from cogs.interactions.request import request_of, words_of
from cogs.interactions.services import Services

log = structlog.stdlib.get_logger("cogs")

# Checked first: building a log line that is not written would take longer than all the rest here.
_is_enabled_for = logging.getLogger("cogs").isEnabledFor

_Data = Mapping[str, object]


class PacksTree(CommandTree):
    """The bot's commands; they are handled like every interaction."""

    async def receive(
        self, interaction: discord.Interaction, work: Callable[[], Awaitable[None]]
    ) -> None:
        """Handle a command or an autocomplete."""
        if interaction.type is discord.InteractionType.autocomplete:
            await handle(interaction, "autocomplete", work)
            return
        name = str(cast(_Data, interaction.data).get("name"))
        known = any(self.get_command(name, type=kind) for kind in AppCommandType)
        await handle(interaction, name.lower() if known else OTHER, work)

    async def on_error(
        self, interaction: discord.Interaction, error: app_commands.AppCommandError, /
    ) -> None:
        """Answer after an error in a command."""
        await answer_error(interaction, cast(Exception, error))


async def receive_control(interaction: discord.Interaction) -> None:
    """Handle a click, a choice in a menu or a filled-in box; refuse controls that are too old."""
    data = cast(_Data, interaction.data)
    custom_id = str(data.get("custom_id"))
    work = partial(_act, interaction, custom_id, data)
    await handle(interaction, control_name(custom_id), work)


async def handle(
    interaction: discord.Interaction, command: str, work: Callable[[], Awaitable[object]]
) -> None:
    """Do the work of an interaction; `command` is its name in the log and the metrics."""
    record = Record(interaction, command)
    services = request_of(interaction).services
    running = services.running
    task = cast("asyncio.Task[object]", asyncio.current_task())
    running.answers.add(task)
    try:
        await _work(interaction, services, work)
    except Exception as error:
        await answer_error(interaction, error)
    except asyncio.CancelledError:
        if not running.interrupted:
            raise
        if record.final is None:
            await answer_error(interaction, Refusal(words_of(interaction).restarting))
            record.outcome = Outcome.INTERRUPTED
    finally:
        running.answers.discard(task)
    record.count(answered=interaction.response.is_done())
    if _is_enabled_for(logging.DEBUG):
        log.debug("handled", outcome=record.outcome.value)
    if RECHECKS in interaction.extras:
        await recheck(interaction)


async def _work(
    interaction: discord.Interaction, services: Services, work: Callable[[], Awaitable[object]]
) -> None:
    user_id, at = interaction.user.id, interaction.created_at
    if interaction.type is discord.InteractionType.autocomplete:
        if not await services.suggestions.is_wanted(interaction):
            record_of(interaction).outcome = Outcome.OVERTAKEN
            return
    elif (wait := services.cooldowns.hit(user_id, at)) is not None:
        raise Refusal(words_of(interaction).slow_down(wait))
    allowance.set(LookupAllowance(services.lookups, user_id, at))
    await work()
    record = record_of(interaction)
    if record.outcome is Outcome.ANSWERED and not interaction.response.is_done():
        record.outcome = Outcome.FAILED


async def _act(interaction: discord.Interaction, custom_id: str, data: _Data) -> None:
    control = control_of(custom_id)
    if control is None:
        raise Refusal(words_of(interaction).old_control)
    typed = interaction.type is discord.InteractionType.modal_submit
    await control.act(interaction, custom_id, _typed(data) if typed else _chosen(data))


def _chosen(data: _Data) -> str | None:
    values = cast("list[str]", data.get("values"))
    return values[0] if values else None


def _typed(data: _Data) -> str | None:
    """Return the text of a box with one field; the control itself reads a form with several."""
    rows = cast("Mapping[str, list[Mapping[str, Mapping[str, str]]]]", data)
    return rows["components"][0]["component"].get("value")
