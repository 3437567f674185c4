"""Run the bot until a signal, and end it in order."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine

import discord
import structlog

from cogs.packs_bot import PacksBot
from config import ProductionSettings, misnamed_settings
from ops.causes import lasting_cause, passing_cause
from ops.logs import set_up_logging
from ops.monitor import CannotListen, monitored
from ops.restarts import FailedStarts
from ops.signals import Stop, on_hangup, woken_by_signals

log = structlog.stdlib.get_logger("bot")

# The longest time of each step of the end; with the endpoint's, less than five seconds in all.
_LEAVING = 0.7
_REPLYING = 2.3
_EXPLAINING = 0.5
_CLOSING = 0.8


def run_bot(settings: ProductionSettings) -> int:
    """Run the bot until SIGTERM or Ctrl-C; return the exit status."""
    set_up_logging(settings.log_level, settings.log_format, settings.secrets())
    for problem in misnamed_settings():
        log.warning(problem)
    try:
        return asyncio.run(_run(settings))
    except Exception as error:
        _say_why(error)
    return 1


def _say_why(error: Exception) -> None:
    """Log what ended the bot, and what to do: in one line; with a traceback if it is unexpected."""
    if isinstance(error, CannotListen):
        log.error("HTTP_HOST and HTTP_PORT cannot be used", address=error.address, cause=str(error))
    elif lasting := lasting_cause(error):
        shard = error.shard_id if isinstance(error, discord.ConnectionClosed) else None
        log.error(lasting, shard=shard)
    elif passing := passing_cause(error):
        log.error(passing, cause=str(error) or type(error).__name__)
    else:
        log.critical("the bot cannot go on", exc_info=error)


async def _run(settings: ProductionSettings) -> int:
    stop = Stop()
    bot = PacksBot(settings, settings.astria_api_key.get_secret_value())
    address = f"{settings.http_host}:{settings.http_port}" if settings.http_port else "off"
    log.info("starting", version=bot.version, http=address)
    on_hangup(bot.shop_file.try_to_read)
    with woken_by_signals():
        return await _run_monitored(bot, settings, stop)


async def _run_monitored(bot: PacksBot, settings: ProductionSettings, stop: Stop) -> int:
    async with monitored(bot, settings.http_host, settings.http_port):
        error = await _live(bot, settings.discord_token.get_secret_value(), stop)
        failed = FailedStarts(settings.cache_url)
        if bot.has_connected:
            failed.forget()
        if error:
            _say_why(error)
        if error and (cause := lasting_cause(error)):
            bot.fault = cause
            seconds = failed.add()
            log.warning(
                "a restart would not help, so the bot waits before it ends", in_seconds=seconds
            )
            await stop.until_told(asyncio.sleep(seconds))
    if error is None:
        log.info("stopped")
    return 0 if error is None else 1


async def _live(bot: PacksBot, token: str, stop: Stop) -> Exception | None:
    """Run the bot until it is told to stop; return the error that ended it before that."""
    try:
        await stop.until_told(bot.start(token))
        await _finish(bot)
    except Exception as error:
        return error
    finally:
        await _at_most(_CLOSING, bot.close())
    return None


async def _finish(bot: PacksBot) -> None:
    """Accept no new interactions, and finish the running ones."""
    await _at_most(_LEAVING, bot.leave_gateway())
    running = bot.running
    await running.finish(_REPLYING)
    if running.answers:
        log.warning("some answers are not finished at the stop", count=len(running.answers))
    if running.rechecks:
        # These answers stay, as they do if Astria cannot be reached. Their members are not told.
        log.warning("answers from old data were not checked again", count=len(running.rechecks))
    await running.interrupt(_EXPLAINING)


async def _at_most(seconds: float, work: Coroutine[None, None, None]) -> None:
    """Do some work for at most `seconds`; if it ignores the cancellation then, leave it running."""
    task = asyncio.create_task(work)
    await asyncio.wait({task}, timeout=seconds)
    if task.done():
        task.result()
    else:
        task.cancel()
