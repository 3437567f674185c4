"""From Astria's JSON to models; any field may be missing, null, new or of another type."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from itertools import islice
from typing import cast

import msgspec

from api.wire.models import Pack, PackClass, Prompt, Visibility
from api.wire.money import CENTS_PER_USD, HALF_A_CENT, MILLICENTS_PER_USD, amount, dollars

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


@dataclass(frozen=True, slots=True)
class CostConflict:
    """A class whose `cost` and `cost_mc` are two prices, both in US dollars."""

    pack_id: int
    class_name: str
    cost: Decimal
    cost_mc: Decimal


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


def decode_pack(value: object, conflicts: list[CostConflict] | None = None) -> Pack | None:
    """Return a pack of a list or of `GET /p/:id`, or None if it is none: it has no usable id.

    Classes whose two exact costs differ are added to `conflicts`.
    """
    fields = _mapping(value)
    pack_id = _identifier(fields.get("id"))
    if pack_id is None:
        return None
    return Pack(
        id=pack_id,
        slug=_text(fields.get("slug")),
        title=_text(fields.get("title")),
        subtitle=_text(fields.get("subtitle")),
        cover_url=_text(fields.get("cover_url")),
        created_at=_moment(fields.get("created_at")),
        updated_at=_moment(fields.get("updated_at")),
        visibility=_visibility(fields),
        classes=tuple(_classes(fields, pack_id, conflicts if conflicts is not None else [])),
        main_class_name=_text(fields.get("main_class_name")),
        reference_class_names=tuple(_texts(fields.get("reference_class_names"))),
        use_multi=fields.get("use_multi") is True,
        base_tune_id=_identifier(fields.get("base_tune_id")),
        user_id=_identifier(fields.get("user_id")),
        token=_text(fields.get("token")),
        multiplier=amount(fields.get("multiplier")),
        multiplier_api=amount(fields.get("multiplier_api")),
        model_type=_text(fields.get("model_type")),
        tag_category=_text(fields.get("tag_category")),
        public_at=_moment(fields.get("public_at")),
        unlisted_at=_moment(fields.get("unlisted_at")),
        logo=_text(fields.get("logo")),
    )


def _visibility(fields: dict[str, object]) -> Visibility:
    # In doubt a pack is kept back: only a date that has come makes it public, and anything makes
    # it unlisted.
    public_at = _moment(fields.get("public_at"))
    if "public_at" in fields and (public_at is None or public_at > datetime.now(UTC)):
        return Visibility.PRIVATE
    if fields.get("unlisted_at") is not None:
        return Visibility.UNLISTED
    return Visibility.PUBLIC if "public_at" in fields else Visibility.UNSAID


def _classes(
    fields: dict[str, object], pack_id: int, conflicts: list[CostConflict]
) -> Iterator[PackClass]:
    """Yield the classes that any of the fields speaks of, the main class first."""
    costs = _by_class(fields.get("costs"))
    units = _by_class(fields.get("cost_mc_hash"))
    prompts = {
        name: tuple(_prompts(entries))
        for name, entries in _by_class(fields.get("prompts_per_class")).items()
    }
    main = _text(fields.get("main_class_name"))
    names = dict.fromkeys([*costs, *prompts, *units])
    if not prompts:
        template = tuple(_prompts(fields.get("template_prompts")))
        names = names or dict.fromkeys([main] if main and template else [])
        # They name no class: whichever class one chooses, these are the prompts.
        prompts = dict.fromkeys(names, template)
    for name in sorted(names, key=lambda name: name != main):
        cost = _mapping(costs.get(name))
        yield PackClass(
            name,
            num_images=_whole(cost.get("num_images"), _LARGEST_IMAGE_COUNT),
            prompts=prompts.get(name, ()),
            exact_cost=_exact_cost(cost, pack_id, name, conflicts),
            listed_units=amount(units.get(name)),
        )


def _exact_cost(
    cost: dict[str, object], pack_id: int, name: str, conflicts: list[CostConflict]
) -> Decimal | None:
    """Return US dollars by `cost`, else by `cost_mc`."""
    by_cents = dollars(cost.get("cost"), CENTS_PER_USD)
    by_millicents = dollars(cost.get("cost_mc"), MILLICENTS_PER_USD)
    if by_cents is None or by_millicents is None:
        return by_millicents if by_cents is None else by_cents
    if abs(by_cents - by_millicents) > HALF_A_CENT:
        conflicts.append(CostConflict(pack_id, name, by_cents, by_millicents))
    return by_cents


def _prompts(value: object) -> Iterator[Prompt]:
    for item in _sequence(value)[:_MOST_PROMPTS]:
        fields = _mapping(item)
        images = fields.get("images")
        addresses = [images] if isinstance(images, str) else _sequence(images)[:_MOST_IMAGES]
        urls = (_text(_mapping(entry).get("url", entry)) for entry in addresses)
        yield Prompt(_identifier(fields.get("id")), tuple(url for url in urls if url))


def _mapping(value: object) -> dict[str, object]:
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}


def _by_class(value: object) -> dict[str, object]:
    entries = islice(_mapping(value).items(), _MOST_CLASSES)
    named = ((_text(name), entry) for name, entry in entries)
    return {name: entry for name, entry in named if name}


def _sequence(value: object) -> list[object]:
    return cast("list[object]", value) if isinstance(value, list) else []


def _texts(value: object) -> Iterator[str]:
    for entry in _sequence(value)[:_MOST_CLASSES]:
        if text := _text(entry):
            yield text


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
