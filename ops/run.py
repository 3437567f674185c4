"""Run the bot until it is told to stop, and end it in good order."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Coroutine
from contextlib import suppress

import aiohttp
import discord
import structlog

from cogs.bot import PacksBot
from config import ProductionSettings, misnamed_settings
from ops.hangup import on_hangup
from ops.logs import set_up_logging
from ops.monitor import CannotListen, monitored

log = structlog.stdlib.get_logger("bot")

_SIGNALS = (signal.SIGINT, signal.SIGTERM)

# How long each step of the end may take; together below five seconds, with what `monitor` adds.
_LEAVING = 0.7
_REPLYING = 2.3
_EXPLAINING = 0.5
_CLOSING = 0.8

# Discord's close codes (developer documentation, "Opcodes and Status Codes").
_AUTHENTICATION_FAILED, _INVALID_SHARD, _SHARDING_REQUIRED = 4004, 4010, 4011

_TOKEN_REFUSED = "Discord does not accept DISCORD_TOKEN; copy it anew from the developer portal"  # noqa: S105

_CLOSE_CODES = {
    _AUTHENTICATION_FAILED: _TOKEN_REFUSED,
    _INVALID_SHARD: "Discord does not accept SHARD_IDS with this SHARD_COUNT",
    _SHARDING_REQUIRED: "Discord wants more shards; raise SHARD_COUNT, or leave it empty",
}


def run_bot(settings: ProductionSettings) -> int:
    """Run the bot until SIGTERM or Ctrl-C; return the exit status."""
    set_up_logging(settings.log_level, settings.log_format, settings.secrets())
    for problem in misnamed_settings():
        log.warning(problem)
    try:
        asyncio.run(_run(settings))
    except Exception as error:
        _say_why(error, settings)
        return 1
    return 0


def _say_why(error: Exception, settings: ProductionSettings) -> None:
    """Say what ended the bot, and what to do: in one line, without a trace, where that is known."""
    match error:
        case CannotListen():
            address = f"{settings.http_host}:{settings.http_port}"
            log.error("HTTP_HOST and HTTP_PORT cannot be used", address=address, cause=str(error))
        case discord.LoginFailure():
            log.error(_TOKEN_REFUSED)
        case discord.ConnectionClosed() if error.code in _CLOSE_CODES:
            log.error(_CLOSE_CODES[error.code], shard=error.shard_id)
        case (
            aiohttp.ClientError() | OSError() | discord.HTTPException() | discord.GatewayNotFound()
        ):
            log.error("Discord cannot be reached", cause=str(error) or type(error).__name__)
        case _:
            log.critical("the bot cannot go on", exc_info=error)


async def _run(settings: ProductionSettings) -> None:
    bot = PacksBot(settings, settings.astria_api_key.get_secret_value())
    address = f"{settings.http_host}:{settings.http_port}" if settings.http_port else "off"
    log.info("starting", version=bot.version, http=address)
    on_hangup(bot.shop_file.try_to_read)
    async with monitored(bot, settings.http_host, settings.http_port):
        try:
            await _until_told(bot.start(settings.discord_token.get_secret_value()))
            await _finish(bot)
        finally:
            await _at_most(_CLOSING, bot.close())
    log.info("stopped")


async def _until_told(work: Coroutine[None, None, None]) -> None:
    """Do the work until a signal comes; raises what it raises. A second signal acts at once."""
    task = asyncio.ensure_future(work)

    def stop() -> None:
        log.info("stopping")
        for one in _SIGNALS:
            loop.remove_signal_handler(one)
            signal.signal(one, signal.SIG_DFL)
        task.cancel()

    loop = asyncio.get_running_loop()
    for one in _SIGNALS:
        loop.add_signal_handler(one, stop)
    with suppress(asyncio.CancelledError):
        await task


async def _finish(bot: PacksBot) -> None:
    """Take nothing new, and bring to an end what is being answered."""
    await _at_most(_LEAVING, bot.leave_gateway())
    running = bot.running
    await running.finish(_REPLYING)
    if running.answers:
        log.warning("answers took too long to wait for", count=running.answers)
    if running.rechecks:
        log.warning("answers from old data were not checked again", count=running.rechecks)
    await running.interrupt(_EXPLAINING)


async def _at_most(seconds: float, work: Awaitable[object]) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(work, seconds)
