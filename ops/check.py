"""`--check`: try everything that the bot depends on; print that it works, or what to do."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

import aiohttp

from api.cache.store import open_store
from api.catalogue.advice import none_is_seen, shop_faults, unseen_packs
from api.catalogue.answers import Answers
from api.catalogue.catalogue import Catalogue
from api.catalogue.cost_unit import Standing
from api.catalogue.prices import PriceBook
from api.catalogue.shop_file import read_shop
from api.wire.errors import AstriaError, KeyRefused, NotUnderstood, RateLimited
from cogs.connections import astria_client
from config import ProductionSettings, SettingsError, load_settings, misnamed_settings
from ops.causes import tls_refused
from ops.check_discord import discord_findings
from ops.check_prices import UNIT, unit_finding
from ops.finding import Finding
from ops.logs import set_up_logging
from ops.signals import woken_by_signals

# The longest wait for evidence of the unit of `cost_mc_hash`. In seconds.
_LONGEST_LEARNING = 10.0


def run_checks() -> int:
    """Print a line for each thing that the bot depends on; return 0 if all work, else 1."""
    try:
        settings = load_settings(ProductionSettings)
    except SettingsError as error:
        _print(Finding("settings", works=False, says=f"not right yet\n{error.listed()}"))
        return 1
    # The findings replace the libraries' log lines.
    set_up_logging("CRITICAL", "console", settings.secrets())
    return 0 if asyncio.run(_all_is_well(settings)) else 1


async def _all_is_well(settings: ProductionSettings) -> bool:
    well = True
    with woken_by_signals():
        async for finding in _findings(settings):
            _print(finding)
            well = well and finding.works
    return well


def _print(finding: Finding) -> None:
    # A terminal that cannot show these marks must not end the check.
    encoding = sys.stdout.encoding or "ascii"
    print(str(finding).encode(encoding, "replace").decode(encoding), flush=True)


async def _findings(settings: ProductionSettings) -> AsyncGenerator[Finding]:
    misnamed = misnamed_settings()
    yield Finding("settings", works=not misnamed, says="; ".join(misnamed) or "complete")
    async for finding in discord_findings(settings):
        yield finding
    asked = await _asked(settings)
    for finding in _astria(settings.astria_api_url, asked):
        yield finding
    if isinstance(asked, _Answer):
        async for finding in _shop_findings(settings, asked):
            yield finding
        yield await _unit(settings)
    else:
        yield Finding(UNIT, works=False, says="not tried, as Astria has given no list of packs")
    yield await _cache(settings.cache_url)


async def _shop_findings(settings: ProductionSettings, answer: _Answer) -> AsyncGenerator[Finding]:
    """Yield findings on packs that members would miss; none if all is well or Astria fails."""
    client = astria_client(settings, settings.astria_api_key.get_secret_value())
    own_listed = settings.own_packs == "listed"
    with suppress(AstriaError):
        async with client:
            answers = Answers(client)
            unseen = 0 if answer.packs else await unseen_packs(answers, own_listed=own_listed)
            if unseen:
                says = none_is_seen(unseen, own_listed=own_listed)
                yield Finding("own packs", works=True, says=says)
            if settings.shop_file is not None:
                faults = await shop_faults(answers, read_shop(settings.shop_file))
                said = [f"names {fault}: {', '.join(names)}" for fault, names in faults.items()]
                yield Finding("shop's file", works=not faults, says="; ".join(said) or "right")


async def _unit(settings: ProductionSettings) -> Finding:
    """Return what the bot will know of the unit of `cost_mc_hash` soon after its start."""
    client = astria_client(settings, settings.astria_api_key.get_secret_value())
    prices = PriceBook(settings.astria_cost_mc_per_usd)
    if prices.unit.verdict.standing is Standing.SET:
        return unit_finding(prices.unit.verdict)
    answers = Answers(client)
    catalogue = Catalogue(
        answers,
        prices,
        ttl=settings.cache_ttl_seconds,
        stale_ttl=settings.stale_ttl_seconds,
        own_listed=settings.own_packs == "listed",
    )
    in_time = True
    try:
        async with asyncio.timeout(_LONGEST_LEARNING):
            await catalogue.learn_unit()
    except TimeoutError:
        in_time = False
    finally:
        await catalogue.close()
        await answers.close()
    return unit_finding(prices.unit.verdict, in_time=in_time)


@dataclass(frozen=True, slots=True)
class _Answer:
    packs: int
    milliseconds: float


async def _asked(settings: ProductionSettings) -> _Answer | AstriaError:
    """Make one real request; return the answer or the error."""
    client = astria_client(settings, settings.astria_api_key.get_secret_value())
    began = time.perf_counter()
    try:
        async with client:
            packs = (await client.list_packs(public=True, listed=True)).value
    except AstriaError as error:
        return error
    return _Answer(len(packs), (time.perf_counter() - began) * 1000)


def _astria(url: str, asked: _Answer | AstriaError) -> Iterator[Finding]:
    match asked:
        case _Answer():
            address = f"{url} answered in {asked.milliseconds:.0f} ms", True
            key = f"accepted; your account has {asked.packs} public packs", True
        case KeyRefused():
            address = f"{url} answers", True
            key = (
                "Astria does not accept ASTRIA_API_KEY. Make a new key on the API page of your "
                "Astria account",
                False,
            )
        case RateLimited():
            address = f"{url} answers", True
            key = "Astria wants fewer requests for now. Try again in a minute", False
        case NotUnderstood():
            address = f"{url} is not Astria's API ({asked}). Check ASTRIA_API_URL", False
            key = "not tried, as the address is not right", False
        case AstriaError(__cause__=aiohttp.ClientSSLError()):
            address = f"{url} is not trusted ({asked}). {tls_refused('Astria')}", False
            key = "not tried, as the address is not trusted", False
        case AstriaError(status=int()):
            address = (
                f"{url} answers, with a fault of its own ({asked}). Wait, or ask Astria",
                False,
            )
            key = "not tried, as the address does not answer as it should", False
        case _:
            address = (
                f"{url} does not answer ({asked}). Check ASTRIA_API_URL and the network, or wait "
                "until Astria is up again",
                False,
            )
            key = "not tried, as the address does not answer", False
    yield Finding("Astria address", says=address[0], works=address[1])
    yield Finding("Astria key", says=key[0], works=key[1])


async def _cache(url: str) -> Finding:
    """Write a value, and read it back."""
    parts = urlsplit(url)
    if parts.scheme == "mem":
        return Finding("cache", works=True, says="in memory only; it ends with the process")
    # The address may contain a password: do not print it.
    place = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
    if fault := await _store_fault(url):
        advice = (
            "that this user may write there"
            if parts.scheme == "disk"
            else "that Redis runs and can be reached from here"
        )
        says = f"{place} does not work ({fault}). Check CACHE_URL, and {advice}"
        return Finding("cache", works=False, says=says)
    return Finding("cache", works=True, says=f"{place} can be written and read")


async def _store_fault(url: str) -> str | None:
    store = open_store(url, keep_for=60)
    try:
        await store.write("check", b"{}")
        kept = await store.read("check")
        await store.delete("check")
    finally:
        await store.close()
    if store.last_fault:
        return _cause(store.last_fault)
    return None if kept and kept.value == b"{}" else "it forgets what is written"


def _cause(error: Exception) -> str:
    return str(error) or type(error).__name__
