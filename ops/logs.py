"""Logging: one format for the bot's and the libraries' lines, with secrets removed."""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol, runtime_checkable

import structlog
from structlog.typing import EventDict, Processor

from config import LogFormat

# Anybody with the token of an interaction can answer in the bot's name. It is part of addresses,
# and of discord.py's DEBUG line of each event.
_TOKENS = re.compile(
    r"""(/(?:webhooks|interactions)/\d+/|\\?['"]token\\?['"]:\s*\\?['"])[^/?\s'"\\]+"""
)
_MASK = "[secret]"

# Lines of discord.py that no operator needs: this bot deliberately uses no voice and no intents,
# so they would come at each start.
_POINTLESS = (
    "Guilds intent seems to be disabled",
    "PyNaCl is not installed",
    "davey is not installed",
    "logging in using static token",
)


@runtime_checkable
class _Told(Protocol):
    """The subject of a line; it provides its current fields."""

    def fields(self) -> Mapping[str, object]: ...


def set_up_logging(level: str, style: LogFormat, secrets: Iterable[str] = ()) -> None:
    """Log to standard error, in a format for people or as one JSON object per line."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        _add_interaction,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.ExtraAdder(),
        _shorten_outage,
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    root = logging.getLogger()
    root.handlers = [_handler(shared, style, secrets)]
    root.setLevel(level)
    logging.captureWarnings(capture=True)


def _handler(
    shared: Sequence[Processor], style: LogFormat, secrets: Iterable[str]
) -> logging.Handler:
    renderer: Processor = (
        structlog.processors.JSONRenderer()
        if style == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    handler = logging.StreamHandler()
    handler.addFilter(_has_a_point)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                renderer,
                _Masker(secrets),
            ],
        )
    )
    return handler


def _has_a_point(record: logging.LogRecord) -> bool:
    return not (isinstance(record.msg, str) and record.msg.startswith(_POINTLESS))


def _add_interaction(logger: object, name: str, line: EventDict) -> EventDict:
    """Add the fields of the line's interaction."""
    interaction = line.pop("interaction", None)
    return {**interaction.fields(), **line} if isinstance(interaction, _Told) else line


def _shorten_outage(logger: object, name: str, line: EventDict) -> EventDict:
    """Log in one line why Discord cannot be reached; discord.py adds a long traceback each time."""
    if str(line["event"]).startswith("Attempting a reconnect") and "exc_info" in line:
        _, error, _ = line.pop("exc_info")
        line["cause"] = repr(error)
    return line


class _Masker:
    """Remove secrets from anywhere in a finished line."""

    def __init__(self, secrets: Iterable[str]) -> None:
        given = [secret for secret in secrets if secret]
        # In plain form, and escaped as in JSON.
        self._secrets = {*given, *(json.dumps(secret)[1:-1] for secret in given)}

    def __call__(self, logger: object, name: str, line: EventDict | str) -> str:
        text = str(line)
        for secret in self._secrets:
            text = text.replace(secret, _MASK)
        return _TOKENS.sub(rf"\g<1>{_MASK}", text)
