"""Answers of every shape become packs, or are left out; nothing else."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.wire.decoding import decode_json, decode_pack
from api.wire.models import Pack, Visibility
from api.wire.money import amount
from tests.astria import pack_260

ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(categories=["L", "M", "N", "P", "S", "Z", "C"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)
FIELDS = st.fixed_dictionaries(
    {"id": st.integers(1, 2**63 - 1) | st.integers(1, 10**9).map(str)},
    optional={
        name: ANYTHING
        for name in (
            *Pack.__struct_fields__,
            "costs",
            "prompts_per_class",
            "cost_mc_hash",
            "template_prompts",
        )
        if name != "id"
    },
)


@given(FIELDS)
def test_whatever_the_other_fields_are_a_pack_is_a_pack(fields: dict[str, object]) -> None:
    value = decode_json(json.dumps(fields).encode("utf-8", "surrogatepass"))
    pack = decode_pack(value)
    assert pack is not None
    assert pack.id == int(str(fields["id"]))
    for one in pack.classes:
        for figure in (one.exact_cost, one.listed_units):
            assert figure is None or (figure.is_finite() and figure >= 0)
        one.name.encode()


def has_no_id(value: object) -> bool:
    return not isinstance(value, dict) or "id" not in value


@given(ANYTHING.filter(has_no_id))
def test_what_has_no_id_is_left_out(value: object) -> None:
    assert decode_pack(value) is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (360, "360"),
        ("360", "360"),
        (" 3.60 ", "3.60"),
        (Decimal("0.1"), "0.1"),
        (0, "0"),
        (None, None),
        (True, None),
        (-1, None),
        ("", None),
        ("NaN", None),
        ("1e3", None),
        ("٣", None),
        (Decimal("Infinity"), None),
        (Decimal("NaN"), None),
        (Decimal("1e-400"), None),
        (10**13, None),
        ([1], None),
    ],
)
def test_an_amount_is_exact_or_unknown(value: object, expected: str | None) -> None:
    assert amount(value) == (None if expected is None else Decimal(expected))


@pytest.mark.parametrize(
    ("written", "usd"),
    [
        ("360", "3.60"), ("360.0", "3.60"), ("3.6e2", "3.60"), ("360.50", "3.605"),
        ('"360"', "3.60"), ('" 360.0 "', "3.60"), ("0", "0"), ('"0"', "0"), ("-0.0", "0"),
        ("0.01", "0.0001"), ("99999999999999", None), ("1e-9", None), ("1e999999999", None),
        ("-360", None), ("NaN", None), ("Infinity", None), ("null", None), ("true", None),
        ('"3.6e2"', None), ('"3,60"', None), ('"$3.60"', None), ('"free"', None), ('""', None),
        ("[360]", None), ('{"cents": 360}', None),
    ],
)  # fmt: skip
def test_a_cost_in_cents_is_an_exact_price_or_none(written: str, usd: str | None) -> None:
    pack = decode_pack(
        decode_json(f'{{"id": 1, "costs": {{"cat": {{"cost": {written}}}}}}}'.encode())
    )
    assert pack is not None
    assert pack.classes[0].exact_cost == (None if usd is None else Decimal(usd))
    assert "-" not in str(pack.classes[0].exact_cost)


def test_money_never_passes_through_a_float() -> None:
    pack = decode_pack(decode_json(b'{"id": 1, "costs": {"cat": {"cost": 0.1}}}'))
    assert pack is not None
    assert pack.classes[0].exact_cost == Decimal("0.001")


def test_what_strict_decoders_refuse_costs_only_the_field() -> None:
    body = b'[{"id": 1, "title": "\\ud800 ok", "costs": {"cat": {"cost": NaN}}}, {"id": 2}]'
    value = decode_json(body)
    first, second = (decode_pack(item) for item in cast("list[object]", value))
    assert first is not None
    assert second is not None
    assert first.title == "? ok"
    assert first.classes[0].exact_cost is None


def test_a_number_of_ten_thousand_digits() -> None:
    pack = decode_pack(decode_json(b'{"id": 3, "user_id": ' + b"9" * 10_000 + b', "title": NaN}'))
    assert pack is not None
    assert pack.user_id is None


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, Visibility.UNSAID),
        ({"unlisted_at": None}, Visibility.UNSAID),
        ({"unlisted_at": "2025-01-01"}, Visibility.UNLISTED),
        ({"public_at": None}, Visibility.PRIVATE),
        ({"public_at": ""}, Visibility.PRIVATE),
        ({"public_at": True}, Visibility.PRIVATE),
        ({"public_at": "2025-01-01T00:00:00Z"}, Visibility.PUBLIC),
        ({"public_at": "2025-01-01", "unlisted_at": False}, Visibility.UNLISTED),
    ],
)
def test_in_doubt_a_pack_is_kept_back(fields: dict[str, object], expected: Visibility) -> None:
    pack = decode_pack({"id": 1} | fields)
    assert pack is not None
    assert pack.visibility is expected


def test_one_faulty_pack_cannot_occupy_the_bot() -> None:
    picture = {"images": ["https://x.example/1"] * 1_000}
    pack = decode_pack(
        {
            "id": 1,
            "title": "a\u0301" * 10**6,
            "cover_url": "https://x.example/" + "a" * 10**6,
            "costs": {str(number): {"cost": 1} for number in range(20_000)},
            "prompts_per_class": {"0": [picture] * 20_000},
        }
    )
    assert pack is not None
    assert len(pack.classes) <= 2_000
    assert len(pack.classes[0].prompts) == 10_000
    assert len(pack.classes[0].prompts[0].images) == 100
    assert pack.title is not None
    assert len(pack.title) <= 4_096
    # Cut, it is still longer than any address that is shown.
    assert pack.cover_url is not None
    assert len(pack.cover_url) > 2_048


def test_new_fields_change_nothing() -> None:
    plain = decode_pack(pack_260())
    assert decode_pack(pack_260() | {"brand_new": {"a": [1]}}) == plain


def test_one_image_that_is_no_list() -> None:
    prompts = {"cat": [{"id": "7", "images": "https://x.example/1"}, {"images": None}, None]}
    pack = decode_pack({"id": 1, "prompts_per_class": prompts})
    assert pack is not None
    assert [(one.id, one.images) for one in pack.classes[0].prompts] == [
        (7, ("https://x.example/1",)),
        (None, ()),
        (None, ()),
    ]


def test_a_summary_is_immutable() -> None:
    with pytest.raises(AttributeError):
        Pack(id=1).id = 2  # type: ignore[misc]
