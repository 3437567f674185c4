"""Decode the bytes of an answer into JSON: exact, bounded, and each entry of a list separately."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import cast

import msgspec

# The most of each in one document. Decoding that many takes less than 100 ms, during which nothing
# else runs. A pack whose addresses fill the largest body has 200,000 values.
_MOST_IN_DOCUMENT = {b",": 500_000, b"[": 50_000, b"{": 50_000, b'":': 100_000}

# Counted together in a list. A list of 10,000 packs has some 900,000 of them.
_IN_LIST = b",", b"[", b"{", b'"', b"\\"
_MOST_IN_LIST = 2_000_000

# A smaller document cannot exceed any of these limits. In bytes.
_SMALL = 64 * 1024

# Other threads may run after each part of this size. In bytes.
_AT_ONCE = 2**20

_LONGEST_NUMBER = 64

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"

# A string (to the end if it is cut off), or a character that begins, ends or separates values.
_TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[\]{},]', re.DOTALL)


def decode_json(body: bytes) -> object:
    """Return the JSON value of an answer, with fractions as exact decimals.

    Accepts what strict decoders refuse (NaN, lone surrogates, broken UTF-8): the fields have their
    own checks. Raises ValueError if it is not JSON, or too large.
    """
    if len(body) > _SMALL:
        for mark, most in _MOST_IN_DOCUMENT.items():
            _check_count(body, (mark,), most)
    try:
        return _strict.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass
    try:
        return cast(object, _lenient.decode(_as_text(body.removeprefix(_BYTE_ORDER_MARK)).strip()))
    except RecursionError:
        raise ValueError("nested too deeply") from None


def decode_list(body: bytes) -> Iterator[object]:
    """Yield the entries of a JSON list, None for each that cannot be decoded.

    Raises ValueError if it is not a list, or too long.
    """
    _check_count(body, _IN_LIST, _MOST_IN_LIST)
    try:
        entries = _entries.decode(body)
    except msgspec.ValidationError:
        raise ValueError("not a list") from None
    except (msgspec.DecodeError, RecursionError):
        entries = _split(body.removeprefix(_BYTE_ORDER_MARK).strip())
    for entry in entries:
        try:
            yield decode_json(bytes(entry))
        except ValueError:
            yield None


def _as_text(body: bytes) -> str:
    """Decode UTF-8 part by part, as broken UTF-8 takes long."""
    decoder = _Utf8("replace")
    parts = range(0, len(body), _AT_ONCE)
    text = [decoder.decode(body[start : start + _AT_ONCE]) for start in parts]
    return "".join([*text, decoder.decode(b"", final=True)])


def _check_count(body: bytes, marks: Iterable[bytes], most: int) -> None:
    count = 0
    for start in range(0, len(body), _AT_ONCE):
        part = body[start : start + _AT_ONCE]
        count += sum(part.count(mark) for mark in marks)
        if count > most:
            raise ValueError("too many values")


def _split(body: bytes) -> Iterator[bytes]:
    """Split a list into its entries by brackets and commas, without decoding them."""
    if body[:1] != b"[":
        raise ValueError("not a list")
    depth, start = 0, 1
    for found in _TOKEN.finditer(body, start):
        token = found[0]
        if depth == 0 and token in (b",", b"]"):
            yield body[start : found.start()]
            start = found.end()
            if token == b"]":
                break
        elif token in (b"[", b"{"):
            depth += 1
        elif token in (b"]", b"}"):
            depth -= 1
    if depth or start != len(body) or body[-1:] != b"]":
        raise ValueError("cut off, or more than a list")


_Utf8 = codecs.getincrementaldecoder("utf-8")


def _number(digits: str) -> Decimal | None:
    try:
        return Decimal(digits) if len(digits) <= _LONGEST_NUMBER else None
    except ArithmeticError:  # an exponent too large for Decimal
        return None


def _integer(digits: str) -> int | None:
    return int(digits) if len(digits) <= _LONGEST_NUMBER else None


def _nothing(_: str) -> None:
    return None


_strict: msgspec.json.Decoder[object] = msgspec.json.Decoder(object, float_hook=_number)
_entries: msgspec.json.Decoder[list[msgspec.Raw]] = msgspec.json.Decoder(list[msgspec.Raw])
_lenient = json.JSONDecoder(
    parse_float=_number, parse_int=_integer, parse_constant=_nothing, strict=False
)
