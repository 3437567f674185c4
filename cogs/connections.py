"""Connections to Astria and Discord: addresses, keys and proxies from the settings."""

from __future__ import annotations

from discord.http import Route

from api.wire.client import AstriaClient
from api.wire.proxy import ProxyArguments, proxy_arguments
from config import Settings


def astria_client(settings: Settings, key: str) -> AstriaClient:
    """Return a client for Astria's API that connects with its first request."""
    return AstriaClient(
        settings.astria_api_url,
        key,
        timeout=settings.astria_timeout_seconds,
        workspace=settings.astria_workspace_id,
        proxy=settings.proxy_for(settings.astria_api_url),
    )


def discord_proxy(settings: Settings) -> ProxyArguments:
    """Return the proxy to Discord; discord.py uses the same for its REST API and its gateway."""
    return proxy_arguments(settings.proxy_for(Route.BASE))
