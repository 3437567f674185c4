"""Explain why the bot cannot work with Discord, and what to do."""

from __future__ import annotations

import ssl
from http import HTTPStatus

import aiohttp
import discord

TOKEN_REFUSED = (
    "Discord does not accept DISCORD_TOKEN. In the developer portal press Reset Token on the Bot "  # noqa: S105
    "page, and copy the whole of it"
)

# Discord's close codes (developer documentation, "Opcodes and Status Codes").
_CLOSE_CODES = {
    4004: TOKEN_REFUSED,
    4010: "Discord does not accept SHARD_IDS with this SHARD_COUNT",
    4011: "Discord wants more shards; raise SHARD_COUNT, or leave it empty",
    4012: "Discord no longer speaks this version's language; upgrade the bot",
    4013: "Discord does not know the intents that this version asks for; upgrade the bot",
    4014: "Discord does not allow the intents that this version asks for; upgrade the bot",
}


def lasting_cause(error: BaseException) -> str | None:
    """Return the reason why Discord does not let the bot in, if only a person can change it."""
    match error:
        case discord.LoginFailure():
            return TOKEN_REFUSED
        case discord.PrivilegedIntentsRequired():
            return _CLOSE_CODES[4014]
        case discord.ConnectionClosed():
            return _CLOSE_CODES.get(error.code)
        case _:
            return None


def passing_cause(error: BaseException) -> str | None:
    """Return Discord's failure, if it may pass; None for a fault of the bot."""
    match error:
        case discord.GatewayNotFound() if error.__cause__:
            return passing_cause(error.__cause__)
        case discord.HTTPException() if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return "Discord answers, with a fault of its own; look at discordstatus.com, and wait"
        case discord.RateLimited() | discord.HTTPException(status=HTTPStatus.TOO_MANY_REQUESTS):
            return "Discord wants fewer requests from this address; wait, and start less often"
        case discord.HTTPException():
            return "Discord answers, and refuses"
        case aiohttp.ClientSSLError() | ssl.SSLError():
            return tls_refused("Discord")
        case aiohttp.ClientError() | OSError() | discord.GatewayNotFound():
            return "Discord cannot be reached; check the network, and discordstatus.com"
        case _:
            return None


def tls_refused(whose: str) -> str:
    """Return the advice for a TLS certificate that is not accepted."""
    return (
        f"{whose}'s TLS certificate is not accepted. Check this computer's clock and its CA "
        "certificates; behind a proxy with a CA of its own, name that CA's file in SSL_CERT_FILE"
    )
