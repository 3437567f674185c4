"""Run the unmodified bot, or a baseline, against a stand-in for Discord: all else is as it is.

    python -m benchmarks.launch --discord http://127.0.0.1:PORT/api/v10

The settings are read from the environment, as in production.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from urllib.parse import urlsplit

import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

_PROGRAMS = {"bot": "bot", "pong": "benchmarks.pong"}


def point_at(discord: str) -> None:
    """Let discord.py connect to the REST API at an address, and to the gateway beside it."""
    Route.BASE = discord
    # discord.py asks for the gateway's address only where it is to choose the number of shards.
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(f"ws://{urlsplit(discord).netloc}/")


def main() -> int:
    """Run what the arguments say; return its exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--discord", required=True, help="the address of the REST API")
    parser.add_argument("--program", choices=_PROGRAMS, default="bot")
    options = parser.parse_args()
    point_at(options.discord)
    return importlib.import_module(_PROGRAMS[options.program]).main([])


if __name__ == "__main__":
    sys.exit(main())
