"""Run the bot, or a baseline, unmodified against a stand-in for Discord.

    python -m standins.launch http://127.0.0.1:PORT/api/v10 bot

The settings are read from the environment, as in production. The imports of the program stay the
same too: discord.py is pointed at the stand-in when the program imports it.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Callable, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import ModuleType
from urllib.parse import urlsplit


class _Afterwards(SourceFileLoader):
    """Load a module, then call a function with it."""

    def __init__(self, name: str, path: str, then: Callable[[], None]) -> None:
        super().__init__(name, path)
        self._then = then

    def exec_module(self, module: ModuleType) -> None:
        super().exec_module(module)
        self._then()


class _PointAt(MetaPathFinder):
    """Make discord.py connect to the REST API at an address, and to the gateway beside it."""

    def __init__(self, discord: str) -> None:
        self._discord = discord
        self._patches = {"discord.http": self._rest, "discord.gateway": self._gateway}

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        then = self._patches.get(fullname)
        spec = PathFinder.find_spec(fullname, path) if then else None
        if then and spec and spec.origin:
            spec.loader = _Afterwards(fullname, spec.origin, then)
        return spec

    def _rest(self) -> None:
        from discord.http import Route

        Route.BASE = self._discord

    def _gateway(self) -> None:
        # discord.py only asks for the gateway's address if it has to choose the number of shards.
        import yarl
        from discord.gateway import DiscordWebSocket

        rest = urlsplit(self._discord)
        address = f"{'wss' if rest.scheme == 'https' else 'ws'}://{rest.netloc}/"
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(address)


def point_at(discord: str) -> None:
    """Make discord.py connect to the REST API at an address, as soon as it is imported."""
    sys.meta_path.insert(0, _PointAt(discord))


def main() -> int:
    """Run the program in the arguments; return its exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("discord", help="the address of the REST API")
    parser.add_argument("program", help="the module whose `main` is run")
    options = parser.parse_args()
    point_at(options.discord)
    return importlib.import_module(options.program).main([])


if __name__ == "__main__":
    sys.exit(main())
