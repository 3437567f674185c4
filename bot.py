"""The way in: run the bot, its preview, or one of the checks, as the arguments say."""

from __future__ import annotations

import argparse
import gc
import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from config import HttpSettings, ProductionSettings, Settings

_USAGE_ERROR = 2
_INTERRUPTED = 130

_NOT_ON_WINDOWS = "Windows is not supported: run the bot with Docker, or in WSL."


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="A Discord bot for Astria's photo packs.")
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument(
        "--preview", action="store_true", help="show the bot in a browser; no account is needed"
    )
    mode.add_argument(
        "--check", action="store_true", help="try the settings, say what to do, and end"
    )
    mode.add_argument(
        "--health", action="store_true", help="tell whether the bot that runs here is ready"
    )
    parser.add_argument(
        "--port", type=int, default=8765, help="the preview's port (default: %(default)s)"
    )
    parser.add_argument(
        "--language", default="en", choices=("en", "de", "es", "fr"),
        help="language of the preview's people (default: %(default)s)",
    )  # fmt: skip
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the arguments say; return the exit status."""
    if sys.platform == "win32":
        print(_NOT_ON_WINDOWS, file=sys.stderr)
        return 1
    # First of all: process 1 of a container gets no signal that it has no handler for, and a stop
    # during the start would take ten seconds.
    for signal_number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signal_number, _end)
    options = _arguments(arguments)
    return _check() if options.check else _run(options)


def _end(signal_number: int, frame: FrameType | None) -> None:
    """End at once. The bot and the preview replace this before there is anything to close.

    An exception is not enough: it is lost while some modules, such as datetime, are imported.
    """
    os._exit(0 if signal_number == signal.SIGTERM else _INTERRUPTED)


def _run(options: argparse.Namespace) -> int:
    from config import HttpSettings, ProductionSettings, Settings, SettingsError, load_settings

    try:
        if options.health:
            return _health(load_settings(HttpSettings))
        if options.preview:
            return _preview(load_settings(Settings), options.port, options.language)
        return _production(load_settings(ProductionSettings))
    except SettingsError as error:
        print(f"The settings are not right yet:\n{error.listed()}", file=sys.stderr)
        return _USAGE_ERROR


# Each function imports what it needs: a health check would spend most of its time on imports that
# it does not use.


def _production(settings: ProductionSettings) -> int:
    # Imported modules are never garbage. Collecting during the imports would take a tenth of the
    # start, and checking these objects again would slow later answers.
    gc.disable()
    from ops.run import run_bot

    gc.freeze()
    gc.enable()
    return run_bot(settings)


def _check() -> int:
    from ops.check import run_checks

    return run_checks()


def _health(settings: HttpSettings) -> int:
    from ops.health import ask_readiness

    return ask_readiness(settings.http_host, settings.http_port)


def _preview(settings: Settings, port: int, language: str) -> int:
    import asyncio

    from ops.logs import set_up_logging

    try:
        from preview.page import serve_preview
    except ModuleNotFoundError as error:
        print(
            f"The preview needs {error.name}, which is not part of the container's image, nor of "
            "requirements.txt. In a copy of the repository run `make demo`.",
            file=sys.stderr,
        )
        return 1
    # People who try the bot need the address of the page, and no log.
    level = "WARNING" if settings.log_level == "INFO" else settings.log_level
    set_up_logging(level, settings.log_format, settings.secrets())
    return asyncio.run(serve_preview(settings, port, language))


if __name__ == "__main__":
    sys.exit(main())
