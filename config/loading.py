"""Load the settings: read and check each value, report all faults together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import MISSING, fields
from difflib import get_close_matches
from ipaddress import ip_address
from pathlib import Path
from typing import Any, TypeVar, get_type_hints
from urllib.parse import urlsplit

from msgspec import Meta, ValidationError, convert

from api.catalogue.shop_file import ShopFileError, read_shop
from config.settings import HttpSettings, ProductionSettings, Settings
from config.sources import FROM_FILES, SettingsError, given_texts, read_files

S = TypeVar("S", bound=HttpSettings)

# Names in compose.yaml that look like a setting.
_OTHERS = {"SHARD_IDS_B"}

# From 0 to 1, by difflib: "ASTRIA_KEY" is 0.83 like "ASTRIA_API_KEY".
_LIKE_ENOUGH = 0.8


def load_settings(kind: type[S]) -> S:
    """Return the settings of one kind from the environment and `.env`; the environment wins.

    Raises SettingsError with every problem at once; no value is quoted, as it may be a secret.
    """
    given = given_texts()
    problems = list(read_files(given))
    hints = get_type_hints(kind, include_extras=True)
    values: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for one in fields(kind):
        name = one.name.upper()
        if name in given:
            try:
                values[one.name] = _read(given[name], hints[one.name])
            except (ValueError, ArithmeticError, ValidationError):
                faults[one.name] = "is not usable"
        elif one.default is MISSING and f"{name}_FILE" not in given:
            faults[one.name] = "is missing"
    faults |= dict.fromkeys(_contradictory(values), "is not usable")
    problems += [
        f"{name.upper()} {fault}: expected {_expected(hints[name])}"
        for name, fault in faults.items()
    ]
    if "discord_token" in values and values["discord_token"] == values.get("astria_api_key"):
        problems.append("DISCORD_TOKEN and ASTRIA_API_KEY are the same; one was pasted twice")
    if shop_file := values.get("shop_file"):
        problems += _faults_of_shop(shop_file)
    if problems:
        raise SettingsError([*problems, *misnamed_settings()])
    return kind(**values)


def _read(text: str, hint: object) -> object:
    """Return the value of a setting: the reader of its annotation first, then msgspec."""
    metadata: tuple[object, ...] = getattr(hint, "__metadata__", ())
    value: object = text
    for read in metadata:
        if callable(read):
            value = read(value)
    return convert(value, hint, strict=False)


def _expected(hint: object) -> str:
    metadata: tuple[object, ...] = getattr(hint, "__metadata__", ())
    return "".join(one.description or "" for one in metadata if isinstance(one, Meta))


def _contradictory(values: dict[str, Any]) -> Iterator[str]:
    """Yield the settings that are valid alone, but not together with the others."""
    common = {one.name for one in fields(Settings)}
    settings = Settings(**{name: value for name, value in values.items() if name in common})
    if settings.stale_ttl_seconds < settings.cache_ttl_seconds:
        yield "stale_ttl_seconds"
    if not set(settings.shard_ids or ()) <= set(range(settings.shard_count or 0)):
        yield "shard_ids"
    if not settings.astria_allow_http and not _is_protected(settings.astria_api_url):
        yield "astria_api_url"
    if settings.announce_channel_id and settings.cache_url.startswith("mem:"):
        yield "announce_channel_id"


def _faults_of_shop(path: Path) -> Iterator[str]:
    try:
        read_shop(path)
    except ShopFileError as error:
        yield f"SHOP_FILE: {error}"


def _is_protected(url: str) -> bool:
    """Tell whether traffic to a web address is safe from readers on the network."""
    parts = urlsplit(url)
    if parts.scheme == "https" or parts.hostname == "localhost":
        return True
    try:
        return ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False


def misnamed_settings() -> list[str]:
    """Return a line for each unknown name that looks like a setting which is not set.

    Raises SettingsError if `.env` cannot be read.
    """
    names = {one.name.upper() for one in fields(ProductionSettings)}
    given = given_texts().keys()
    unset = names - {name.removesuffix("_FILE") for name in given}
    strangers = given - names - {f"{name}_FILE" for name in FROM_FILES} - _OTHERS
    meant = {name: _nearest(name, unset) for name in sorted(strangers)}
    return [
        f"{name} is not a setting; did you mean {near}?" for name, near in meant.items() if near
    ]


def _nearest(name: str, known: set[str]) -> str | None:
    """Return the known name that this one shortens, or else one with nearly the same letters."""
    words = set(name.split("_"))
    longer = [other for other in sorted(known) if len(words) > 1 and words < set(other.split("_"))]
    return next(iter(longer or get_close_matches(name, known, 1, _LIKE_ENOUGH)), None)
