"""Answers of every shape become packs, or are left out."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.wire.decoding import Oddity, decode_listing, decode_pack
from api.wire.documents import decode_json
from api.wire.models import Link, LinkKind, Pack, Prompt, Visibility
from api.wire.money import amount
from standins.astria.pack_builders import pack_260
from standins.astria.shapes import SHAPES, detail, summary

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
def test_pack_with_any_other_fields_is_a_pack(fields: dict[str, object]) -> None:
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
def test_entry_without_id_is_left_out(value: object) -> None:
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
def test_amount_is_exact_or_unknown(value: object, expected: str | None) -> None:
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
def test_cost_in_cents_is_exact_price_or_none(written: str, usd: str | None) -> None:
    pack = decode_pack(
        decode_json(f'{{"id": 1, "costs": {{"cat": {{"cost": {written}}}}}}}'.encode())
    )
    assert pack is not None
    assert pack.classes[0].exact_cost == (None if usd is None else Decimal(usd))
    assert "-" not in str(pack.classes[0].exact_cost)


def test_money_is_never_a_float() -> None:
    pack = decode_pack(decode_json(b'{"id": 1, "costs": {"cat": {"cost": 0.1}}}'))
    assert pack is not None
    assert pack.classes[0].exact_cost == Decimal("0.001")


def test_invalid_value_only_loses_its_field() -> None:
    body = b'[{"id": 1, "title": "\\ud800 ok", "costs": {"cat": {"cost": NaN}}}, {"id": 2}]'
    value = decode_json(body)
    first, second = (decode_pack(item) for item in cast("list[object]", value))
    assert first is not None
    assert second is not None
    assert first.title == "? ok"
    assert first.classes[0].exact_cost is None


def test_number_of_ten_thousand_digits_is_handled() -> None:
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
        ({"public_at": "9999-01-01T00:00:00Z"}, Visibility.PRIVATE),
        ({"public_at": "2025-01-01", "unlisted_at": False}, Visibility.UNLISTED),
    ],
)
def test_pack_is_hidden_in_doubt(fields: dict[str, object], expected: Visibility) -> None:
    pack = decode_pack({"id": 1} | fields)
    assert pack is not None
    assert pack.visibility is expected


def test_huge_faulty_pack_is_decoded_quickly() -> None:
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
    assert pack.cover_url is None


def test_unknown_fields_are_ignored() -> None:
    plain = decode_pack(pack_260())
    assert decode_pack(pack_260() | {"brand_new": {"a": [1]}}) == plain


def test_single_image_is_accepted_instead_of_a_list() -> None:
    prompts = {"cat": [{"id": "7", "images": "https://x.example/1"}, {"images": None}, None]}
    pack = decode_pack({"id": 1, "prompts_per_class": prompts})
    assert pack is not None
    assert [(one.id, one.images) for one in pack.classes[0].prompts] == [
        (7, ("https://x.example/1",)),
        (None, ()),
        (None, ()),
    ]


def test_pack_is_immutable() -> None:
    with pytest.raises(AttributeError):
        Pack(id=1).id = 2  # type: ignore[misc]


def decoded(fields: dict[str, object]) -> Pack:
    pack = decode_pack({"id": 1} | fields)
    assert pack is not None
    return pack


@pytest.mark.parametrize(
    ("cost", "usd"),
    [
        ({"cost": 360}, "3.60"),
        ({"cost_mc": 537500}, "5.375"),
        ({"cost_mc": "537500"}, "5.375"),
        ({"cost": None, "cost_mc": 0}, "0"),
        ({"cost": 360, "cost_mc": 360000}, "3.60"),
        ({"cost": 360, "cost_mc": 360499}, "3.60"),
        ({"cost": "x", "cost_mc": 360499}, "3.60499"),
        ({}, None),
        (360, None),
    ],
)
def test_cost_is_exact_in_either_unit(cost: object, usd: str | None) -> None:
    (one,) = decoded({"costs": {"cat": cost}, "cost_mc_hash": {"cat": 7}}).classes
    assert one.exact_cost == (None if usd is None else Decimal(usd))
    assert one.listed_units == 7


def test_differing_costs_are_reported_and_cost_wins() -> None:
    oddities: list[Oddity] = []
    costs = {"cat": {"cost": 360, "cost_mc": 3_600_000}, "dog": {"cost": 360, "cost_mc": 360_000}}
    pack = decode_pack({"id": 1, "costs": costs}, oddities)
    assert pack is not None
    assert [one.exact_cost for one in pack.classes] == [Decimal("3.60")] * 2
    (odd,) = oddities
    assert (odd.pack_id, odd.class_name) == (1, "cat")
    assert odd.figures == {"cost_usd": "3.6", "cost_mc_usd": "36"}


@pytest.mark.parametrize(
    ("broken", "class_name"),
    [
        ({"costs": {"cat": {"cost": "free"}}}, "cat"),
        ({"costs": {"cat": {"cost": -1}}}, "cat"),
        ({"costs": {"cat": {"cost_mc": {}}}}, "cat"),
        ({"costs": {"cat": "360"}}, "cat"),
        ({"cost_mc_hash": {"cat": [1]}}, "cat"),
        ({"costs": {"cat": {"cost": 360}, " cat": {"cost": 500}}}, "cat"),
        ({"cost_mc_hash": {"cat": 360, "cat ": 361}}, "cat"),
        ({"prompts_per_class": {"cat": "none"}}, "cat"),
        ({"prompts_per_class": {"cat": [7]}}, "cat"),
        ({"costs": [360]}, None),
    ],
)
def test_broken_part_only_loses_itself(broken: dict[str, object], class_name: str | None) -> None:
    good: dict[str, dict[str, object]] = {
        "costs": {"dog": {"cost": 250, "num_images": 2}},
        "prompts_per_class": {"dog": [{"id": 1, "images": ["https://a.example/1.jpg"]}]},
        "cost_mc_hash": {"dog": 25_000},
    }
    mixed: dict[str, object] = {**good}
    for field, value in broken.items():
        mixed[field] = good[field] | value if isinstance(value, dict) else value
    oddities: list[Oddity] = []
    pack = decode_pack({"id": 1, "title": "T"} | mixed, oddities)
    assert pack is not None
    (odd,) = oddities
    assert (odd.pack_id, odd.class_name) == (1, class_name)
    by_name = {one.name: one for one in pack.classes}
    if class_name:
        assert by_name["dog"].exact_cost == Decimal("2.50")
        assert (by_name["cat"].exact_cost, by_name["cat"].listed_units) == (None, None)
        assert not any(prompt.images for prompt in by_name["cat"].prompts)
    assert by_name["dog"].prompts[0].images == ("https://a.example/1.jpg",)
    assert by_name["dog"].listed_units == 25_000


def test_duplicate_class_with_same_figures_is_merged() -> None:
    (one,) = decoded({"costs": {"cat": {"cost": 360}, " cat": {"cost": 360}}}).classes
    assert (one.name, one.exact_cost) == ("cat", Decimal("3.60"))


def test_classes_come_from_all_fields_main_one_first() -> None:
    pack = decoded(
        {
            "main_class_name": "dog",
            "costs": {"cat": {"cost": 1, "num_images": "12"}},
            "prompts_per_class": {"dog": [{"id": 1}]},
            "cost_mc_hash": {"cat": 1, "ox": 2},
        }
    )
    assert [one.name for one in pack.classes] == ["dog", "cat", "ox"]
    assert [one.num_images for one in pack.classes] == [None, 12, None]


def test_template_prompts_belong_to_all_classes() -> None:
    prompts = [{"id": "7", "text": "a photo", "images": ["https://x.example/1"], "cost_mc": 5}]
    costs = {"cat": {"cost_mc": 1000}, "dog": {"cost_mc": 2000}}
    cat, dog = decoded({"costs": costs, "template_prompts": prompts}).classes
    assert cat.prompts == dog.prompts == (Prompt(7, ("https://x.example/1",)),)
    (main,) = decoded({"main_class_name": "cat", "template_prompts": prompts}).classes
    assert (main.name, main.prompts) == ("cat", cat.prompts)
    own = {"cat": [{"id": 8, "images": ["https://x.example/2"]}]}
    both = decoded({"costs": costs, "prompts_per_class": own, "template_prompts": prompts})
    assert [prompt.id for one in both.classes for prompt in one.prompts] == [8]


def test_image_objects_and_videos_are_decoded() -> None:
    video = "https://mp.astria.ai/abc"
    prompts: list[object] = [
        {"id": 1, "images": [{"url": "https://x.example/1"}, {"url": None}, {}]},
        {"id": 2, "images": [{"url": video, "content_type": "video/mp4; codecs=x"}]},
        {"id": 3, "images": [video, "https://x.example/3"], "content_types": ["VIDEO/mp4", None]},
        {"id": 4, "images": video, "content_type": "video/webm"},
        {"id": 5, "images": ["https://x.example/5.HEIC?x=.png", "https://x.example/5.mp4#t=1"]},
        {"id": 6, "images": {"url": "https://x.example/6"}},
    ]
    (one,) = decoded({"prompts_per_class": {"cat": prompts}}).classes
    assert [prompt.images for prompt in one.prompts] == [
        ("https://x.example/1",), (), ("https://x.example/3",), (), (), ("https://x.example/6",)
    ]  # fmt: skip
    shot = Link(video, LinkKind.VIDEO)
    assert [prompt.links for prompt in one.prompts] == [
        (), (shot,), (shot,), (shot,),
        (Link("https://x.example/5.HEIC?x=.png", LinkKind.FILE),
         Link("https://x.example/5.mp4#t=1", LinkKind.VIDEO)), (),
    ]  # fmt: skip


def test_cover_that_discord_cannot_show_is_a_link() -> None:
    pack = decoded({"cover_url": "https://x.example/cover.pdf"})
    assert (pack.cover_url, pack.cover_link) == (
        None, Link("https://x.example/cover.pdf", LinkKind.FILE)
    )  # fmt: skip


def test_optional_fields_are_decoded() -> None:
    pack = decoded(
        {"subtitle": " For the office ", "use_multi": True, "multiplier_api": "1.5",
         "reference_class_names": ["bag", None, "", "hat"], "tag_category": "work"}
    )  # fmt: skip
    assert (pack.subtitle, pack.use_multi, pack.multiplier_api) == (
        "For the office", True, Decimal("1.5")
    )  # fmt: skip
    assert (pack.reference_class_names, pack.tag_category) == (("bag", "hat"), "work")
    assert decoded({"reference_class_names": "bag"}).reference_class_names == ("bag",)


def test_unusable_class_name_is_left_out() -> None:
    costs = {"x" * 201: {"cost": 1}, " ": {"cost": 2}, "x" * 200: {"cost": 3}}
    assert [one.exact_cost for one in decoded({"costs": costs}).classes] == [Decimal("0.03")]


@pytest.mark.parametrize(
    ("first", "second"), [(None, "2025-01-01"), ("2025-01-01", None), (None, None)]
)
def test_stricter_of_two_packs_with_one_id_wins(first: str | None, second: str | None) -> None:
    entries = [{"id": 1, "public_at": first}, {"id": "1", "public_at": second}]
    packs = decode_listing(json.dumps(entries).encode()).packs
    assert [pack.visibility for pack in packs.values()] == [Visibility.PRIVATE]


@pytest.mark.parametrize("name", SHAPES)
def test_every_shape_decodes_to_the_same_pack(name: str) -> None:
    shape = SHAPES[name]
    full = decode_pack(detail(pack_260(), shape))
    listed = decode_pack(summary(pack_260(), shape, gallery=True))
    assert full is not None
    assert listed is not None
    truth = {"woman": Decimal("3.60"), "man": Decimal("3.31")}
    for pack in (full, listed):
        for one in pack.classes:
            assert one.exact_cost in {None, truth[one.name]}
            if one.listed_units is not None:
                assert one.listed_units / shape.mc_per_usd == truth[one.name]
            assert (one.exact_cost, one.listed_units) != (None, None)
    counts = [sum(len(prompt.images) for prompt in one.prompts) for one in full.classes]
    assert counts == ([63, 63] if shape.templates else [35, 28])
    links = [link.kind for one in full.classes for prompt in one.prompts for link in prompt.links]
    assert links == ([LinkKind.VIDEO] * 63 if shape.images == "videos" else [])


CENTS = st.integers(0, 10**7)


@given(
    st.dictionaries(
        st.sampled_from(["man", "woman", "cat"]),
        st.tuples(CENTS, st.sampled_from(["cost", "cost_mc", "both"]), st.booleans()),
        min_size=1,
    )
)
def test_exact_costs_are_true_in_every_shape(
    truth: dict[str, tuple[int, str, bool]],
) -> None:
    costs: dict[str, dict[str, object]] = {}
    for name, (cents, said, as_text) in truth.items():
        figures = {"cost": cents, "cost_mc": cents * 1000}
        kept = {key: figure for key, figure in figures.items() if said in (key, "both")}
        costs[name] = {key: str(one) if as_text else one for key, one in kept.items()}
    oddities: list[Oddity] = []
    pack = decode_pack(decode_json(json.dumps({"id": 1, "costs": costs}).encode()), oddities)
    assert pack is not None
    assert {one.name: one.exact_cost for one in pack.classes} == {
        name: Decimal(cents) / 100 for name, (cents, _, _) in truth.items()
    }
    assert oddities == []
