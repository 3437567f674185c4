"""Settings: read from the environment and `.env`, checked together, reported in plain words."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal, Self, TypeVar
from urllib.parse import unquote, urlsplit

from pydantic import (
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from api.models import Source

T = TypeVar("T", bound="PreviewSettings")


class SettingsError(Exception):
    """Say everything that is wrong with the settings, one line each, without any secret."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def _lower(value: object) -> object:
    return value.strip().lower() if isinstance(value, str) else value


def _upper(value: object) -> object:
    return value.strip().upper() if isinstance(value, str) else value


def _numbers(value: object) -> object:
    return tuple(value.split(",")) if isinstance(value, str) else value


class PreviewSettings(BaseSettings):
    """Settings that need no account; a field's description says what is expected of it."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        str_strip_whitespace=True,
    )

    astria_api_url: str = Field(
        default="https://api.astria.ai", description="an http(s) address without a query"
    )
    pack_source: Annotated[Source, BeforeValidator(_lower)] = Field(
        default=Source.ALL, description="mine, gallery or all"
    )
    astria_cost_mc_per_usd: Decimal = Field(
        default=Decimal(10000),
        gt=0,
        allow_inf_nan=False,
        description="how many units of cost_mc_hash make one US dollar, a number above 0",
    )
    cache_url: str = Field(
        default="mem://",
        repr=False,  # it may hold a password
        description="mem://, disk:///path or redis://host:port/database",
    )
    cache_ttl_seconds: float = Field(
        default=300, gt=0, allow_inf_nan=False, description="a number of seconds above 0"
    )
    stale_ttl_seconds: float = Field(
        default=86400,
        gt=0,
        allow_inf_nan=False,
        description="a number of seconds, not below CACHE_TTL_SECONDS",
    )
    astria_timeout_seconds: float = Field(
        default=10, gt=0, allow_inf_nan=False, description="a number of seconds above 0"
    )
    http_host: str = Field(default="127.0.0.1", description="the address to listen on")
    http_port: int = Field(
        default=8080, ge=0, le=65535, description="a port from 1 to 65535, or 0 to turn it off"
    )
    log_level: Annotated[
        Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"], BeforeValidator(_upper)
    ] = Field(default="INFO", description="DEBUG, INFO, WARNING, ERROR or CRITICAL")
    log_format: Annotated[Literal["console", "json"], BeforeValidator(_lower)] = Field(
        default="console", description="console or json"
    )
    shard_count: int | None = Field(
        default=None, ge=1, description="a whole number above 0, or empty for Discord's own choice"
    )
    shard_ids: Annotated[tuple[int, ...] | None, NoDecode, BeforeValidator(_numbers)] = Field(
        default=None,
        description="shard numbers such as 0,1, each below SHARD_COUNT, which must be set too",
    )
    dev_guild_id: int | None = Field(default=None, gt=0, description="a server's id, or empty")

    def secrets(self) -> list[str]:
        """Return what must not be seen in a log."""
        password = urlsplit(self.cache_url).password or ""
        return [password, unquote(password)]

    @field_validator("astria_api_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.port == 0:
            raise ValueError
        if parts.query or parts.fragment or parts.username:
            raise ValueError
        return value.rstrip("/")

    @field_validator("cache_url")
    @classmethod
    def _cache_address(cls, value: str) -> str:
        parts = urlsplit(value)
        complete = {
            "mem": True,
            "disk": len(parts.path) > 1,
            "redis": bool(parts.hostname),
            "rediss": bool(parts.hostname),
        }
        if not complete.get(parts.scheme, False) or parts.port == 0:
            raise ValueError
        return value

    @field_validator("stale_ttl_seconds")
    @classmethod
    def _outlives_fresh(cls, value: float, info: ValidationInfo) -> float:
        if value < info.data.get("cache_ttl_seconds", 0):
            raise ValueError
        return value

    @field_validator("shard_ids")
    @classmethod
    def _known_shards(
        cls, value: tuple[int, ...] | None, info: ValidationInfo
    ) -> tuple[int, ...] | None:
        count = info.data.get("shard_count")
        if value is not None and (
            count is None or not value or not all(0 <= shard < count for shard in value)
        ):
            raise ValueError
        return value


class Settings(PreviewSettings):
    """All settings of the bot in production."""

    discord_token: SecretStr = Field(
        description="the bot's token, from the Bot page of Discord's developer portal"
    )
    astria_api_key: SecretStr = Field(
        description="the API key, from the API page of your Astria account"
    )

    def secrets(self) -> list[str]:
        """Return what must not be seen in a log."""
        own = (self.discord_token, self.astria_api_key)
        return [*super().secrets(), *(secret.get_secret_value() for secret in own)]

    @field_validator("discord_token", "astria_api_key")
    @classmethod
    def _one_word(cls, value: SecretStr) -> SecretStr:
        # Anything else cannot stand in an HTTP header.
        secret = value.get_secret_value()
        if not secret.isascii() or not secret.isprintable() or " " in secret:
            raise ValueError
        return value

    @model_validator(mode="after")
    def _different_secrets(self) -> Self:
        if self.discord_token == self.astria_api_key:
            raise ValueError("DISCORD_TOKEN and ASTRIA_API_KEY are the same; one was pasted twice")
        return self


def _problem(location: tuple[int | str, ...], kind: str, message: str) -> str:
    name = str(location[0]) if location else ""
    field = Settings.model_fields.get(name)
    if field is None:
        return message.removeprefix("Value error, ")
    fault = "is missing" if kind == "missing" else "is not usable"
    return f"{name.upper()} {fault}: expected {field.description}"


def load_settings(kind: type[T]) -> T:
    """Return the settings of one kind from the environment and `.env`.

    Raises SettingsError with every problem at once; no value is quoted, as it may be a secret.
    """
    try:
        return kind()
    except ValidationError as error:
        raise SettingsError(
            [_problem(e["loc"], e["type"], e["msg"]) for e in error.errors(include_input=False)]
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError([f".env cannot be read: {type(error).__name__}"]) from None
