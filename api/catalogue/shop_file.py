"""Read the shop's prices and words from a TOML file."""

from __future__ import annotations

import decimal
import re
import tomllib
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TypeGuard, cast

import structlog
from babel.numbers import UnknownCurrencyError, get_currency_precision, validate_currency

from api.catalogue.shop import Rule, Shop
from api.wire.addresses import pack_reference
from api.wire.models import Price
from api.wire.money import amount

log = structlog.stdlib.get_logger("api.shop")

# A shop of 10,000 packs with prices for four classes each has some 1.5 MB.
_LARGEST_FILE = 4 * 1024 * 1024

_ROUNDINGS = {
    "up": decimal.ROUND_CEILING,
    "nearest": decimal.ROUND_HALF_UP,
    "down": decimal.ROUND_FLOOR,
}


class ShopFileError(Exception):
    """The shop's file is wrong; the text says what and in which line."""


class ShopFile:
    """The shop's file, as it was when it could last be read."""

    def __init__(self, path: Path | None) -> None:
        """Read the file, if there is one. Raises ShopFileError."""
        self._path = path
        self.shop = Shop()
        self.read()

    def read(self) -> None:
        """Read the file again. Raises ShopFileError; then the shop stays the same."""
        if self._path is not None:
            self.shop = read_shop(self._path)

    def try_to_read(self) -> None:
        """Read the file again; log why if it is wrong."""
        try:
            self.read()
        except ShopFileError as error:
            fault = str(error)
        else:
            shop = self.shop
            log.info("the shop's file was read", packs=len(shop.prices), words=len(shop.words))
            return
        log.error("the shop's file is wrong; the last correct one stays in use", cause=fault)


def read_shop(path: Path) -> Shop:
    """Return the shop of a file. Raises ShopFileError."""
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST_FILE + 1)
    except OSError as error:
        raise ShopFileError(f"{path} cannot be read: {error.strerror}") from None
    if len(content) > _LARGEST_FILE:
        raise ShopFileError(f"{path} is larger than {_LARGEST_FILE} bytes")
    try:
        text = content.decode("utf-8-sig")
        document = tomllib.loads(text, parse_float=Decimal)
    except UnicodeDecodeError:
        raise ShopFileError(f"{path} is not UTF-8 text") from None
    except tomllib.TOMLDecodeError as error:
        raise ShopFileError(f"{path}, {_syntax_fault(str(error), content)}") from None
    except (ArithmeticError, RecursionError) as error:
        raise ShopFileError(f"{path} cannot be understood: {type(error).__name__}") from None
    try:
        return _shop(document)
    except _Fault as fault:
        line = _line_of(text, fault.path)
        raise ShopFileError(f"{path}, line {line}: {fault.reason}") from None


def _syntax_fault(message: str, content: bytes) -> str:
    reason, _, place = message.partition(" (at ")
    line = re.match(r"line (\d+)", place)
    return f"line {line[1] if line else len(content.splitlines())}: {reason}"


_Path = tuple[str, ...]
_Table = Mapping[str, object]


class _Fault(Exception):
    """A value is wrong; `path` are the keys that lead to it."""

    def __init__(self, path: _Path, reason: str) -> None:
        super().__init__(reason)
        self.path = path
        self.reason = reason


def _shop(document: _Table) -> Shop:
    _only((), document, "prices", "words")
    prices = _table(("prices",), document.get("prices", {}))
    _only(("prices",), prices, "currency", "packs", "rest")
    currency = prices.get("currency")
    if currency is not None:
        currency = _currency(("prices", "currency"), currency)
    return Shop(
        dict(_packs(("prices", "packs"), prices.get("packs", {}), currency)),
        _rest(("prices", "rest"), prices["rest"], currency) if "rest" in prices else None,
        dict(_words(("words",), document.get("words", {}))),
    )


def _packs(
    path: _Path, value: object, currency: str | None
) -> Iterator[tuple[str, Mapping[str | None, Price]]]:
    known = set[str]()
    for name, prices in _table(path, value).items():
        here = (*path, name)
        ref = _new(here, pack_reference(name).casefold(), known)
        if _is_table(prices) and "amount" not in prices:
            yield ref, dict(_classes(here, prices, currency))
        else:
            yield ref, {None: _price(here, prices, currency)}


def _classes(path: _Path, table: _Table, currency: str | None) -> Iterator[tuple[str, Price]]:
    known = set[str]()
    for name, value in table.items():
        here = (*path, name)
        yield _new(here, name.strip().casefold(), known), _price(here, value, currency)


def _price(path: _Path, value: object, currency: str | None) -> Price:
    if _is_table(value):
        _only(path, value, "amount", "currency")
        if "currency" in value:
            currency = _currency((*path, "currency"), value["currency"])
        path, value = (*path, "amount"), value.get("amount")
    if currency is None:
        raise _Fault(path, 'the currency is missing: write currency = "EUR" under [prices]')
    return Price(_money(path, value, currency), currency)


def _rest(path: _Path, value: object, currency: str | None) -> Rule:
    table = _table(path, value)
    _only(path, table, "factor", "currency", "round_to", "rounding")
    if "currency" in table:
        currency = _currency((*path, "currency"), table["currency"])
    if currency is None:
        raise _Fault(path, 'the currency is missing: write currency = "EUR" under [prices]')
    factor = amount(table.get("factor"))
    if not factor:
        raise _Fault((*path, "factor"), "expected a factor above 0")
    smallest = Decimal(1).scaleb(-get_currency_precision(currency))
    round_to = _money((*path, "round_to"), table.get("round_to", smallest), currency)
    if not round_to:
        raise _Fault((*path, "round_to"), "expected an amount above 0")
    rounding = _ROUNDINGS.get(str(table.get("rounding", "up")))
    if rounding is None:
        raise _Fault((*path, "rounding"), f"expected one of: {', '.join(_ROUNDINGS)}")
    return Rule(factor, currency, round_to, rounding)


def _words(path: _Path, value: object) -> Iterator[tuple[str, Sequence[str]]]:
    known = set[str]()
    for name, packs in _table(path, value).items():
        here = (*path, name)
        word = _new(here, " ".join(name.casefold().split()), known)
        named = cast("list[object]", packs) if isinstance(packs, list) else [packs]
        refs = [_reference(here, one) for one in named]
        if not refs:
            raise _Fault(here, "expected at least one pack")
        yield word, tuple(dict.fromkeys(refs))


def _reference(path: _Path, value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise _Fault(path, "expected the id or slug of a pack, or a list of them")
    return _new(path, pack_reference(str(value)).casefold(), set())


def _new(path: _Path, name: str, known: set[str]) -> str:
    """Return a name, and remember it. Raises _Fault if it is empty or known."""
    if not name:
        raise _Fault(path, "expected a name, not an empty one")
    if name in known:
        raise _Fault(path, f"{name!r} stands here twice")
    known.add(name)
    return name


def _money(path: _Path, value: object, currency: str) -> Decimal:
    money = amount(value)
    if money is None:
        raise _Fault(path, "expected an amount of money such as 29 or 29.90")
    decimals = get_currency_precision(currency)
    if money != round(money, decimals):
        raise _Fault(path, f"{currency} has {decimals} decimals")
    return money


def _currency(path: _Path, value: object) -> str:
    try:
        validate_currency(str(value))
    except UnknownCurrencyError:
        raise _Fault(path, 'expected the code of a currency such as "EUR"') from None
    return str(value)


def _table(path: _Path, value: object) -> _Table:
    if not _is_table(value):
        raise _Fault(path, "expected a table")
    return value


def _is_table(value: object) -> TypeGuard[_Table]:
    return isinstance(value, dict)


def _only(path: _Path, table: _Table, *known: str) -> None:
    for name in table:
        if name not in known:
            raise _Fault((*path, name), f"{name!r} is unknown here: expected {', '.join(known)}")


def _line_of(text: str, path: _Path) -> int:
    """Return the number of the line in which a value begins.

    If it is missing, return the line in which its table begins.
    """
    lines = text.splitlines(keepends=True)
    while path and not _holds(lines, len(lines), path):
        path = path[:-1]
    return bisect_left(range(len(lines) + 1), True, key=lambda count: _holds(lines, count, path))


def _holds(lines: Sequence[str], count: int, path: _Path) -> bool:
    """Tell whether the first `count` lines, with the end of the last statement, have a value."""
    for end in range(count, len(lines) + 1):
        try:
            value: object = tomllib.loads("".join(lines[:end]), parse_float=Decimal)
        except tomllib.TOMLDecodeError:
            continue
        for name in path:
            value = value.get(name) if _is_table(value) else None
        return value is not None
    return True
