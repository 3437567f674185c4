"""Tell members about errors, with a reference that is also in the log."""

from __future__ import annotations

from http import HTTPStatus

import aiohttp
import discord
import structlog
from discord import app_commands

from api.wire.allowance import OverAllowance
from api.wire.errors import AstriaError, KeyRefused, NotFound, NotUnderstood, RateLimited
from cogs.interactions.placeholder import NOT_TAKEN
from cogs.interactions.record import Outcome, record_of
from cogs.interactions.reply import Reply
from cogs.interactions.request import words_of
from cogs.interactions.responding import send
from cogs.language.words import Words

log = structlog.stdlib.get_logger("cogs")

# Discord's error codes for a deleted message, for an expired interaction, and for one that another
# process has answered.
_NOBODY_WAITS = {10008, 10062, 40060}

# Its codes for a body that is not JSON, is empty, or has a wrong or too long field.
_NOT_UNDERSTOOD = {50109, 50006, 50035}


class Refusal(Exception):
    """A request is refused; the text is the sentence for the asker.

    `view` has controls with alternatives, if there are any.
    """

    def __init__(self, sentence: str, view: discord.ui.View | None = None) -> None:
        super().__init__(sentence)
        self.reply = Reply(sentence, view=view, private=True)


class PackNotFound(Refusal):
    """There is no pack for `ref`, which somebody typed: an id, a slug or words."""

    def __init__(self, ref: str, reply: Reply) -> None:
        super().__init__(reply.content)
        self.ref = ref
        self.reply = reply


async def answer_error(interaction: discord.Interaction, error: Exception) -> None:
    """Tell the asker privately what happened; log and count the cause; raise nothing."""
    if isinstance(error, app_commands.CommandInvokeError):
        error = error.original
    try:
        if isinstance(error, OverAllowance):
            error = Refusal(words_of(interaction).slow_down(error.retry_after))
        await _answer(interaction, error)
    except Exception:
        log.exception("no message for a fault", fault=repr(error))


async def _answer(interaction: discord.Interaction, error: Exception) -> None:
    record = record_of(interaction)
    record.outcome = _outcome(error)
    if record.outcome is Outcome.OVERTAKEN:
        log.debug("nobody waits for this answer any more", cause=str(error))
        return
    _log(error)
    # An autocomplete cannot show an error. If Discord does not let the bot answer here, it does not
    # accept an error message either.
    refused = _is_refusal(error) and not interaction.response.is_done()
    if interaction.type is not discord.InteractionType.autocomplete and not refused:
        await _tell(interaction, _reply(words_of(interaction), error, record.reference))


async def _tell(interaction: discord.Interaction, reply: Reply) -> None:
    """Send the message about an error; if that fails, only log it."""
    try:
        await _send_with_retry(interaction, reply)
    except NOT_TAKEN as error:
        record = record_of(interaction)
        record.outcome = _outcome(error)
        if record.outcome is not Outcome.OVERTAKEN:
            _log(error)


async def _send_with_retry(interaction: discord.Interaction, reply: Reply) -> None:
    """Send a reply; send it once more if the proxy in front of Discord refuses it with 429.

    discord.py repeats requests after other temporary refusals.
    """
    try:
        await send(interaction, reply)
    except discord.HTTPException as error:
        if error.status != HTTPStatus.TOO_MANY_REQUESTS:
            raise
        _log(error)
        await send(interaction, reply)


def _outcome(error: Exception) -> Outcome:
    match error:
        case PackNotFound():
            return Outcome.NOT_FOUND
        case Refusal():
            return Outcome.REFUSED
        case discord.HTTPException() if error.code in _NOBODY_WAITS:
            return Outcome.OVERTAKEN
        case _:
            return Outcome.FAILED


def _reply(words: Words, error: Exception, reference: str) -> Reply:
    if isinstance(error, Refusal):
        return error.reply
    if isinstance(error, NotFound):
        return Reply(words.pack_gone, private=True)
    return Reply(words.with_reference(explain(words, error), reference), private=True)


def _log(error: Exception) -> None:
    """Log the cause; like all lines of an interaction, the line has the reference."""
    match error:
        case PackNotFound():
            log.info("pack not found", ref=error.ref)
        case Refusal():
            pass
        case AstriaError():
            log.warning(
                "Astria gave no answer",
                kind=type(error).__name__,
                path=error.path,
                status=error.status,
                cause=error.detail,
            )
        case discord.HTTPException() | aiohttp.ClientError() | OSError() if not _is_ours(error):
            log.warning("Discord did not take the answer", cause=str(error) or repr(error))
        case _:
            log.error("unexpected fault", exc_info=error)


def _is_ours(error: Exception) -> bool:
    """Tell whether the fault is the bot's: Discord did not understand the request."""
    return isinstance(error, discord.HTTPException) and error.code in _NOT_UNDERSTOOD


def _is_refusal(error: Exception) -> bool:
    """Tell whether Discord does not let the bot answer here at all."""
    return (
        isinstance(error, discord.HTTPException)
        and error.status < HTTPStatus.INTERNAL_SERVER_ERROR
        and error.status != HTTPStatus.TOO_MANY_REQUESTS
        and not _is_ours(error)
    )


def explain(words: Words, error: Exception) -> str:
    """Return the sentence for a member about an error."""
    match error:
        case NotFound():
            return words.pack_gone
        case KeyRefused():
            return words.key_refused
        case RateLimited():
            return words.rate_limited(error.retry_after)
        case NotUnderstood():
            return words.not_understood
        case OverAllowance():
            return words.slow_down(error.retry_after)
        case AstriaError():
            return words.unavailable
        case _:
            return words.unexpected
