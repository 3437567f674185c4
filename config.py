"""Settings: read from the environment and `.env`, checked together, reported in plain words."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Literal, TypeVar, cast, get_type_hints
from urllib.parse import unquote, urlsplit

from dotenv import dotenv_values

from api.wire.models import Source

T = TypeVar("T")
S = TypeVar("S", bound="PreviewSettings")

_FILE = ".env"


class SettingsError(Exception):
    """Say everything that is wrong with the settings, one line each, without any secret."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems

    def listed(self) -> str:
        """Return the problems as a list for a terminal."""
        return "\n".join(f"  - {problem}" for problem in self.problems)


@dataclass(frozen=True, slots=True)
class Secret:
    """A value that only shows when it is asked for."""

    _value: str = field(repr=False)

    def get_secret_value(self) -> str:
        """Return the value."""
        return self._value


def _secret(text: str) -> Secret:
    # Anything else cannot stand in an HTTP header.
    if not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError
    return Secret(text)


def _web_address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.port == 0:
        raise ValueError
    if parts.query or parts.fragment or parts.username:
        raise ValueError
    return text.rstrip("/")


def _cache_address(text: str) -> str:
    parts = urlsplit(text)
    complete = {
        "mem": True,
        "disk": len(parts.path) > 1,
        "redis": bool(parts.hostname),
        "rediss": bool(parts.hostname),
    }
    if not complete.get(parts.scheme, False) or parts.port == 0:
        raise ValueError
    return text


def _above_zero(number: T, text: str) -> T:
    if not math.isfinite(float(text)) or float(text) <= 0:
        raise ValueError
    return number


def _seconds(text: str) -> float:
    return _above_zero(float(text), text)


def _units(text: str) -> Decimal:
    return _above_zero(Decimal(text), text)


def _count(text: str) -> int:
    return _above_zero(int(text), text)


def _port(text: str) -> int:
    if not 0 <= int(text) <= 65535:
        raise ValueError
    return int(text)


def _shards(text: str) -> tuple[int, ...]:
    return tuple(int(number) for number in text.split(","))


LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]
LogFormat = Literal["console", "json"]


def _level(text: str) -> LogLevel:
    return _one_of(("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"), text.upper())


def _format(text: str) -> LogFormat:
    return _one_of(("console", "json"), text.lower())


def _one_of(known: tuple[T, ...], text: str) -> T:
    return known[known.index(cast(T, text))]


def _source(text: str) -> Source:
    return Source(text.lower())


@dataclass(frozen=True, slots=True)
class _Reading:
    """How a setting's text is read, by what raises ValueError, and what is expected of it."""

    read: Callable[[str], object]
    expected: str


_WebAddress = Annotated[str, _Reading(_web_address, "an http(s) address without a query")]
_CacheAddress = Annotated[
    str, _Reading(_cache_address, "mem://, disk:///path or redis://host:port/database")
]
_Seconds = Annotated[float, _Reading(_seconds, "a number of seconds above 0")]
_StaleSeconds = Annotated[
    float, _Reading(_seconds, "a number of seconds, not below CACHE_TTL_SECONDS")
]
_Units = Annotated[
    Decimal,
    _Reading(_units, "how many units of cost_mc_hash make one US dollar, a number above 0"),
]
_Port = Annotated[int, _Reading(_port, "a port from 1 to 65535, or 0 to turn it off")]
_ShardCount = Annotated[
    int | None, _Reading(_count, "a whole number above 0, or empty for Discord's own choice")
]
_ShardIds = Annotated[
    tuple[int, ...] | None,
    _Reading(_shards, "shard numbers such as 0,1, each below SHARD_COUNT, which must be set too"),
]
_Token = Annotated[
    Secret, _Reading(_secret, "the bot's token, from the Bot page of Discord's developer portal")
]
_Key = Annotated[Secret, _Reading(_secret, "the API key, from the API page of your Astria account")]


@dataclass(frozen=True, kw_only=True)
class PreviewSettings:
    """Settings that need no account."""

    astria_api_url: _WebAddress = "https://api.astria.ai"
    pack_source: Annotated[Source, _Reading(_source, "mine, gallery or all")] = Source.ALL
    astria_cost_mc_per_usd: _Units = Decimal(10000)
    cache_url: _CacheAddress = field(default="mem://", repr=False)  # it may hold a password
    cache_ttl_seconds: _Seconds = 300.0
    stale_ttl_seconds: _StaleSeconds = 86400.0
    astria_timeout_seconds: _Seconds = 10.0
    http_host: Annotated[str, _Reading(str, "the address to listen on")] = "127.0.0.1"
    http_port: _Port = 8080
    log_level: Annotated[LogLevel, _Reading(_level, "DEBUG, INFO, WARNING, ERROR or CRITICAL")] = (
        "INFO"
    )
    log_format: Annotated[LogFormat, _Reading(_format, "console or json")] = "console"
    shard_count: _ShardCount = None
    shard_ids: _ShardIds = None
    dev_guild_id: Annotated[int | None, _Reading(_count, "a server's id, or empty")] = None

    def secrets(self) -> list[str]:
        """Return what must not be seen in a log."""
        password = urlsplit(self.cache_url).password or ""
        return [password, unquote(password)]


@dataclass(frozen=True, kw_only=True)
class Settings(PreviewSettings):
    """All settings of the bot in production."""

    discord_token: _Token
    astria_api_key: _Key

    def secrets(self) -> list[str]:
        """Return what must not be seen in a log."""
        own = (self.discord_token, self.astria_api_key)
        return [*super().secrets(), *(secret.get_secret_value() for secret in own)]


def load_settings(kind: type[S]) -> S:
    """Return the settings of one kind from the environment and `.env`, which counts for less.

    Raises SettingsError with every problem at once; no value is quoted, as it may be a secret.
    """
    given, readings = _given(), _readings(kind)
    values: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for one in fields(kind):
        text = given.get(one.name.upper())
        if text is not None:
            try:
                values[one.name] = readings[one.name].read(text)
            except (ValueError, InvalidOperation):
                faults[one.name] = "is not usable"
        elif one.default is MISSING:
            faults[one.name] = "is missing"
    faults |= dict.fromkeys(_contradictory(values), "is not usable")
    problems = [
        f"{name.upper()} {fault}: expected {readings[name].expected}"
        for name, fault in faults.items()
    ]
    if "discord_token" in values and values["discord_token"] == values.get("astria_api_key"):
        problems.append("DISCORD_TOKEN and ASTRIA_API_KEY are the same; one was pasted twice")
    if problems:
        raise SettingsError(problems)
    return kind(**values)


def _readings(kind: type[PreviewSettings]) -> Mapping[str, _Reading]:
    hints = get_type_hints(kind, include_extras=True)
    return {name: hint.__metadata__[0] for name, hint in hints.items()}


def _given() -> Mapping[str, str]:
    """Return what is set, by name; what is empty counts as not set."""
    try:
        filed = dotenv_values(_FILE, interpolate=False, encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError([f"{_FILE} cannot be read: {type(error).__name__}"]) from None
    return {
        name: text.strip()
        for source in (filed, os.environ)
        for name, text in source.items()
        if text and text.strip()
    }


def _contradictory(values: Mapping[str, Any]) -> Iterator[str]:
    """Yield the settings that are each right by themselves, but not with the others."""
    fresh = values.get("cache_ttl_seconds", PreviewSettings.cache_ttl_seconds)
    if values.get("stale_ttl_seconds", PreviewSettings.stale_ttl_seconds) < fresh:
        yield "stale_ttl_seconds"
    shards = range(values.get("shard_count", 0))
    if any(shard not in shards for shard in values.get("shard_ids", ())):
        yield "shard_ids"
