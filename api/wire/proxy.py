"""Separate a proxy's password from its address: aiohttp writes addresses into errors."""

from __future__ import annotations

from typing import TypedDict

from aiohttp import BasicAuth
from yarl import URL


class ProxyArguments(TypedDict):
    """The proxy arguments of aiohttp's session and of discord.py's client."""

    proxy: str | None
    proxy_auth: BasicAuth | None


def proxy_arguments(address: str | None) -> ProxyArguments:
    """Return the arguments for a proxy, or for none."""
    if address is None:
        return {"proxy": None, "proxy_auth": None}
    url = URL(address)
    return {"proxy": str(url.with_user(None)), "proxy_auth": BasicAuth.from_url(url)}
