"""Logging: one way for the bot's own lines and the libraries', with secrets taken out."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterable, Mapping
from typing import Literal, Protocol, runtime_checkable

import structlog
from structlog.typing import EventDict, Processor

# Whoever has the token in one of these addresses can answer in the bot's name.
_TOKEN_IN_ADDRESS = re.compile(r"(/(?:webhooks|interactions)/\d+/)[^/?\s\"']+")
_MASK = "[secret]"

# What these say at INFO, no operator reads: that a token is being used, and each request served.
_TALKATIVE = ("discord.client", "aiohttp.access")


@runtime_checkable
class _Told(Protocol):
    """Something that a line is about, which knows best what to say of itself at that moment."""

    def fields(self) -> Mapping[str, object]: ...


def set_up_logging(
    level: str, style: Literal["console", "json"], secrets: Iterable[str] = ()
) -> None:
    """Send every line of the process to standard error, for people or as one JSON object a line."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        _add_interaction,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.ExtraAdder(),
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
    renderer: Processor = (
        structlog.processors.JSONRenderer()
        if style == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    handler = logging.StreamHandler()
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
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel("WARNING" if level == "INFO" else "NOTSET")
    logging.captureWarnings(capture=True)


def _add_interaction(logger: object, name: str, line: EventDict) -> EventDict:
    """Say of the interaction that a line belongs to what is known of it by now."""
    interaction = line.pop("interaction", None)
    return {**interaction.fields(), **line} if isinstance(interaction, _Told) else line


class _Masker:
    """Take secrets out of a finished line, wherever in it they stand."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._secrets = [secret for secret in secrets if secret]

    def __call__(self, logger: object, name: str, line: EventDict | str) -> str:
        text = str(line)
        for secret in self._secrets:
            text = text.replace(secret, _MASK)
        return _TOKEN_IN_ADDRESS.sub(rf"\g<1>{_MASK}", text)
