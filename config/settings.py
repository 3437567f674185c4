"""All settings: type, default and description of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import unquote, urlsplit
from urllib.request import proxy_bypass

from msgspec import Meta

from api.wire.models import Source
from config.readers import (
    Secret,
    read_cache_address,
    read_header,
    read_key,
    read_list,
    read_proxy,
    read_token,
    read_units,
    read_web_address,
)

LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]
LogFormat = Literal["console", "json"]
OwnPacks = Literal["public", "listed"]
CostsShownTo = Literal["everyone", "moderators", "nobody"]
PublicLanguage = Literal["en", "de", "es", "fr"]

_LARGEST_ID = 2**63 - 1
_TEN_YEARS = 10 * 365 * 86400.0

_Id = Annotated[int, Meta(gt=0, le=_LARGEST_ID)]
_Positive = Annotated[float, Meta(gt=0, le=_TEN_YEARS)]
_Seconds = Annotated[_Positive, Meta(description="a number of seconds above 0")]
_Proxy = Annotated[str | None, read_proxy, Meta(description="http://host:port, or empty")]

# Each line has the type for msgspec with its bounds, a reader of the text (if one is needed), and
# a description of a valid value, which follows the word "expected".


@dataclass(frozen=True, kw_only=True)
class HttpSettings:
    """The address of the bot's HTTP endpoint: all that a health check needs."""

    http_host: Annotated[str, Meta(description="the address to listen on")] = "127.0.0.1"
    http_port: Annotated[
        int, Meta(ge=0, le=65535, description="a port from 1 to 65535, or 0 to turn it off")
    ] = 8080


@dataclass(frozen=True, kw_only=True)
class Settings(HttpSettings):
    """All settings except an account's secrets, which the preview does not need."""

    astria_api_url: Annotated[
        str,
        read_web_address,
        Meta(description="an https address without a query (http needs ASTRIA_ALLOW_HTTP=true)"),
    ] = "https://api.astria.ai"
    astria_allow_http: Annotated[bool, Meta(description="true or false")] = False
    astria_workspace_id: Annotated[
        str | None, read_header, Meta(description="a workspace's id, all, or empty")
    ] = None
    astria_cost_mc_per_usd: Annotated[
        Decimal | None,
        read_units,
        Meta(description="auto, or how many units of cost_mc_hash make one US dollar, above 0"),
    ] = None
    astria_timeout_seconds: _Seconds = 10.0
    pack_source: Annotated[Source, str.lower, Meta(description="mine, gallery or all")] = Source.ALL
    own_packs: Annotated[OwnPacks, str.lower, Meta(description="public or listed")] = "public"
    costs_shown_to: Annotated[
        CostsShownTo, str.lower, Meta(description="everyone, moderators or nobody")
    ] = "everyone"
    shop_file: Annotated[Path | None, Path, Meta(description="a path, or empty")] = None
    staff_guild_ids: Annotated[
        tuple[_Id, ...], read_list, Meta(description="ids of servers such as 123,456, or empty")
    ] = ()
    public_language: Annotated[
        PublicLanguage | None, str.lower, Meta(description="en, de, es, fr or empty")
    ] = None
    announce_channel_id: Annotated[
        _Id | None,
        Meta(description="the id of a channel, with CACHE_URL on disk or in Redis; or empty"),
    ] = None
    cache_url: Annotated[
        str,
        read_cache_address,
        Meta(description="mem://, disk:///path (three slashes) or redis://host:port/database"),
    ] = field(default="mem://", repr=False)
    cache_ttl_seconds: _Seconds = 300.0
    stale_ttl_seconds: Annotated[
        _Positive, Meta(description="a number of seconds, not below CACHE_TTL_SECONDS")
    ] = 86400.0
    https_proxy: _Proxy = field(default=None, repr=False)
    http_proxy: _Proxy = field(default=None, repr=False)
    no_proxy: Annotated[str, Meta(description="hosts such as a.example,.b.example, or *")] = ""
    log_level: Annotated[
        LogLevel, str.upper, Meta(description="DEBUG, INFO, WARNING, ERROR or CRITICAL")
    ] = "INFO"
    log_format: Annotated[LogFormat, str.lower, Meta(description="console or json")] = "console"
    shard_count: Annotated[
        _Id | None, Meta(description="a whole number above 0, or empty for Discord's own choice")
    ] = None
    shard_ids: Annotated[
        tuple[Annotated[int, Meta(ge=0)], ...] | None,
        read_list,
        Meta(description="numbers such as 0,1, each below SHARD_COUNT, which must be set too"),
    ] = None
    dev_guild_id: Annotated[_Id | None, Meta(description="the id of a server, or empty")] = None

    def secrets(self) -> list[str]:
        """Return the values that must not appear in a log."""
        addresses = (self.cache_url, self.https_proxy or "", self.http_proxy or "")
        passwords = [urlsplit(address).password or "" for address in addresses]
        return [*passwords, *map(unquote, passwords)]

    def proxy_for(self, url: str) -> str | None:
        """Return the proxy for requests to a web address, if there is one."""
        parts = urlsplit(url)
        if proxy_bypass(parts.netloc.rpartition("@")[2], {"no": self.no_proxy}):
            return None
        return self.https_proxy if parts.scheme in {"https", "wss"} else self.http_proxy


@dataclass(frozen=True, kw_only=True)
class ProductionSettings(Settings):
    """All settings of the bot in production."""

    discord_token: Annotated[
        Secret,
        read_token,
        Meta(description="the bot's token, from the Bot page of Discord's developer portal"),
    ]
    astria_api_key: Annotated[
        Secret,
        read_key,
        Meta(description="the API key, from the API page of your Astria account"),
    ]

    def secrets(self) -> list[str]:
        """Return the values that must not appear in a log."""
        own = (self.discord_token, self.astria_api_key)
        return [*super().secrets(), *(secret.get_secret_value() for secret in own)]
