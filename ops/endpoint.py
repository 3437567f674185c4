"""Serve HTTP to a few tools with few requests; other clients cannot block them."""

from __future__ import annotations

import asyncio
import errno
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any, cast

import structlog
from aiohttp import web
from aiohttp.http import HttpProcessingError

log = structlog.stdlib.get_logger("bot.http")

# Prometheus, a health check and a person: hardly ever more at the same time.
_MOST_CONNECTIONS = 32

# How many connections may arrive before their number is checked again.
_BACKLOG = 8

# The time limit of a request and its answer: none of our probes waits longer. In seconds.
_LONGEST_VISIT = 5.0

# The system has no more descriptors or memory for a connection: asyncio tries again each second.
_SCARCE = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})

# In seconds.
_SAY_AGAIN = 60.0

_Context = dict[str, Any]
_ExceptionHandler = Callable[[asyncio.AbstractEventLoop, _Context], object]

# When the bot ends, unfinished answers get this much time. In seconds.
_LONGEST_GOODBYE = 0.3


@asynccontextmanager
async def served(app: web.Application, host: str, port: int) -> AsyncGenerator[None]:
    """Serve an application during the body. Raises OSError.

    Each connection is for one request, and is closed after some seconds in any case.
    """
    app.on_response_prepare.append(_close_afterwards)
    runner = web.AppRunner(
        app,
        access_log=None,
        logger=_logger,
        lingering_time=0,
        shutdown_timeout=_LONGEST_GOODBYE,
    )
    await runner.setup()
    try:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(_Scarcity(loop.get_exception_handler()).handle)
        listener = await loop.create_server(_bounded(runner), host, port, backlog=_BACKLOG)
        try:
            yield
        finally:
            listener.close()
    finally:
        await runner.cleanup()


async def _close_afterwards(request: web.Request, response: web.StreamResponse) -> None:
    response.force_close()


def _bounded(runner: web.AppRunner) -> Callable[[], asyncio.Protocol]:
    server = cast(web.Server, runner.server)
    loop = asyncio.get_running_loop()

    def accept() -> asyncio.Protocol:
        if len(server.connections) >= _MOST_CONNECTIONS:
            return _Refusal()
        visit = server()
        loop.call_later(_LONGEST_VISIT, _end, visit)
        return visit

    return accept


def _end(visit: web.RequestHandler) -> None:
    # Nobody reads the rest.
    if visit.transport is not None:
        visit.transport.abort()


class _Refusal(asyncio.Protocol):
    """Close a connection as soon as it is open."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Close it."""
        cast(asyncio.Transport, transport).abort()


class _Scarcity:
    """Log at intervals that no connection is accepted; asyncio logs it several times a second."""

    def __init__(self, others: _ExceptionHandler | None) -> None:
        self._others = others
        self._silent_until = 0.0

    def handle(self, loop: asyncio.AbstractEventLoop, context: _Context) -> None:
        """Handle the event loop's uncaught errors."""
        error = context.get("exception")
        if isinstance(error, OSError) and error.errno in _SCARCE and "socket" in context:
            if loop.time() >= self._silent_until:
                self._silent_until = loop.time() + _SAY_AGAIN
                log.warning(
                    "no connection can be accepted: no free descriptors or memory", cause=str(error)
                )
        elif self._others is not None:
            self._others(loop, context)
        else:
            loop.default_exception_handler(context)


def _is_of_the_bot(record: logging.LogRecord) -> bool:
    """Tell whether a line is about a fault of the bot, not about a malformed request."""
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, HttpProcessingError) and error.code < HTTPStatus.INTERNAL_SERVER_ERROR:
        log.debug("malformed HTTP request", cause=repr(error)[:200])
        return False
    return True


_logger = logging.getLogger("bot.http.server")
_logger.addFilter(_is_of_the_bot)
