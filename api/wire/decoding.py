"""From Astria's JSON to models; any field may be missing, null, new or of another type."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from itertools import islice
from typing import TypeVar, cast

import msgspec

from api.wire.models import Pack, PackClass, PackSummary, Prompt, Visibility
from api.wire.money import CENTS_PER_USD, amount, dollars

# Beyond 64 bits a number is no id of Astria's, and would not fit where ids are carried.
_LARGEST_ID = 2**63 - 1

_LARGEST_IMAGE_COUNT = 10**6

# Far above what a pack has, and low enough that one faulty pack cannot occupy the bot for seconds.
# A longer text is cut beyond what any address may have, so that no address is cut to another one.
_LONGEST_TEXT = 4_096
_MOST_CLASSES = 1_000
_MOST_PROMPTS = 10_000
_MOST_IMAGES = 100

_WHOLE = re.compile(r"([0-9]{1,19})(\.0*)?", re.ASCII)

_P = TypeVar("_P", bound=PackSummary)

_json: msgspec.json.Decoder[object] = msgspec.json.Decoder(object, float_hook=Decimal)


def decode_json(body: bytes) -> object:
    """Return the JSON value of an answer, its fractions as exact decimals.

    Raises ValueError where it is no JSON. What strict decoders refuse (NaN, lone surrogates) is
    let through for the fields' own checks, so that one odd pack does not hide the others.
    """
    try:
        return _json.decode(body)
    except (msgspec.DecodeError, RecursionError):
        pass
    try:
        return cast(
            object,
            json.loads(
                body, parse_float=Decimal, parse_int=_bounded_int, parse_constant=lambda _: None
            ),
        )
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _bounded_int(digits: str) -> int | None:
    return int(digits) if len(digits) <= 64 else None


def decode_summary(value: object, cost_mc_per_usd: Decimal) -> PackSummary | None:
    """Return one entry of a list, or None if it is no pack: it has no usable id."""
    fields = _pack_fields(value)
    if fields is None:
        return None
    return _build(PackSummary, fields, _listed_classes(fields, cost_mc_per_usd))


def decode_pack(value: object) -> Pack | None:
    """Return the pack of `GET /p/:id`, or None if it is none: it has no usable id."""
    fields = _pack_fields(value)
    if fields is None:
        return None
    return msgspec.structs.replace(
        _build(Pack, fields, tuple(_full_classes(fields))), logo=_text(fields.get("logo"))
    )


def _pack_fields(value: object) -> dict[str, object] | None:
    fields = _mapping(value)
    return None if _identifier(fields.get("id")) is None else fields


def _build(kind: type[_P], fields: dict[str, object], classes: tuple[PackClass, ...]) -> _P:
    return kind(
        id=_identifier(fields["id"]) or 0,
        slug=_text(fields.get("slug")),
        title=_text(fields.get("title")),
        cover_url=_text(fields.get("cover_url")),
        created_at=_moment(fields.get("created_at")),
        updated_at=_moment(fields.get("updated_at")),
        visibility=_visibility(fields),
        classes=classes,
        base_tune_id=_identifier(fields.get("base_tune_id")),
        user_id=_identifier(fields.get("user_id")),
        token=_text(fields.get("token")),
        multiplier=amount(fields.get("multiplier")),
        model_type=_text(fields.get("model_type")),
        public_at=_moment(fields.get("public_at")),
        unlisted_at=_moment(fields.get("unlisted_at")),
    )


def _visibility(fields: dict[str, object]) -> Visibility:
    # In doubt a pack is kept back: only a real date makes it public, anything makes it unlisted.
    if "public_at" in fields and _moment(fields["public_at"]) is None:
        return Visibility.PRIVATE
    if fields.get("unlisted_at") is not None:
        return Visibility.UNLISTED
    return Visibility.PUBLIC if "public_at" in fields else Visibility.UNSAID


def _listed_classes(fields: dict[str, object], cost_mc_per_usd: Decimal) -> tuple[PackClass, ...]:
    costs = _by_class(fields.get("cost_mc_hash"))
    return tuple(PackClass(name, dollars(cost, cost_mc_per_usd)) for name, cost in costs.items())


def _full_classes(fields: dict[str, object]) -> Iterator[PackClass]:
    costs = _by_class(fields.get("costs"))
    prompts = _by_class(fields.get("prompts_per_class"))
    for name in dict.fromkeys([*costs, *prompts]):
        cost = _mapping(costs.get(name))
        yield PackClass(
            name,
            dollars(cost.get("cost"), CENTS_PER_USD),
            _whole(cost.get("num_images"), _LARGEST_IMAGE_COUNT),
            tuple(_prompts(prompts.get(name))),
        )


def _prompts(value: object) -> Iterator[Prompt]:
    for item in _sequence(value)[:_MOST_PROMPTS]:
        fields = _mapping(item)
        images = fields.get("images")
        addresses = [images] if isinstance(images, str) else _sequence(images)[:_MOST_IMAGES]
        yield Prompt(
            _identifier(fields.get("id")),
            tuple(url for url in (_text(address) for address in addresses) if url),
        )


def _mapping(value: object) -> dict[str, object]:
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}


def _by_class(value: object) -> dict[str, object]:
    entries = islice(_mapping(value).items(), _MOST_CLASSES)
    named = ((_text(name), entry) for name, entry in entries)
    return {name: entry for name, entry in named if name}


def _sequence(value: object) -> list[object]:
    return cast("list[object]", value) if isinstance(value, list) else []


def _text(value: object) -> str | None:
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        return None
    # A lone surrogate cannot be sent anywhere.
    return value[:_LONGEST_TEXT].encode("utf-8", "replace").decode("utf-8").strip() or None


def _whole(value: object, largest: int) -> int | None:
    if isinstance(value, str):
        digits = _WHOLE.fullmatch(value.strip())
        value = int(digits[1]) if digits else None
    if isinstance(value, Decimal):
        value = int(value) if 0 <= value <= largest and value == value.to_integral() else None
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if 0 <= value <= largest else None


def _identifier(value: object) -> int | None:
    return _whole(value, _LARGEST_ID) or None


def _moment(value: object) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value.strip())
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
