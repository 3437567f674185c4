"""Typed text finds the intended pack."""

from __future__ import annotations

import pytest

from api.catalogue.search import SearchIndex, closest
from api.wire.addresses import pack_address, pack_reference, pack_references
from api.wire.models import Pack, PackClass

TITLES = {
    260: "Corporate Headshots",
    12: "Wedding Bliss",
    33: "Cozy Cats",
    77: "Old Money",
    99: "Dating Profile",
    100: "LinkedIn Headshots",
    5: "Education",
}
INDEX = SearchIndex(
    Pack(
        id=pack_id,
        title=title,
        slug=title.lower().replace(" ", "-"),
        classes=(PackClass("cat" if "Cat" in title else "woman"),),
    )
    for pack_id, title in TITLES.items()
)


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("hedshot corp", ["Corporate Headshots"]),
        ("headshots", ["Corporate Headshots", "LinkedIn Headshots"]),
        ("wedding woman", ["Wedding Bliss"]),
        ("money old", ["Old Money"]),
        ("260", ["Corporate Headshots"]),
        ("26", ["Corporate Headshots"]),
        ("linkdin", ["LinkedIn Headshots"]),
        ("datng", ["Dating Profile"]),
        ("OLD-MONEY", ["Old Money"]),
        ("https://www.astria.ai/p/old-money?utm=1", ["Old Money"]),
        ("cats", ["Cozy Cats"]),
        ("headshots for men", ["Corporate Headshots", "LinkedIn Headshots"]),
        ("xyzzy", []),
        ("!!!", []),
        ("🐱", []),
        ("x" * 1_000 + " cats", []),
    ],
)
def test_find(text: str, titles: list[str]) -> None:
    assert [pack.title for pack in INDEX.find(text)] == titles


def test_empty_search_returns_all_in_order() -> None:
    assert [pack.id for pack in INDEX.find("  ", limit=3)] == [260, 12, 33]


def test_exact_id_comes_first() -> None:
    index = SearchIndex([Pack(id=2601, title="260 faces"), Pack(id=260)])
    assert [pack.id for pack in index.find("260")] == [260, 2601]


def test_slugs_that_differ_by_case_are_two() -> None:
    index = SearchIndex([Pack(id=1, slug="Cats"), Pack(id=2, slug="cats")])
    found = [index.exact(ref) for ref in ("Cats", "cats", "CATS", "dogs")]
    assert [pack.id if pack else None for pack in found] == [1, 2, 2, None]


def test_slug_of_digits_is_not_another_pack() -> None:
    index = SearchIndex([Pack(id=1, slug="260"), Pack(id=2, slug="two")])
    assert index.exact("260") is None
    assert 260 not in index


@pytest.mark.parametrize(
    ("slug", "path"),
    [
        ("corporate-headshots", "corporate-headshots"), (None, "7"), ("", "7"), ("..", "7"),
        ("260", "7"), ("a/b", "a%2Fb"), ("x)](http://evil", "x%29%5D%28http%3A%2F%2Fevil"),
        ("für-alle", "f%C3%BCr-alle"), ("?a=b#c", "%3Fa%3Db%23c"),
    ],
)  # fmt: skip
def test_address_of_pack_finds_it(slug: str | None, path: str) -> None:
    assert pack_address(7, slug) == f"https://www.astria.ai/p/{path}"


def test_closest_class_is_found() -> None:
    assert closest("", ["man", "cat"], limit=25) == ["man", "cat"]
    assert closest("WO", ["man", "woman"], limit=25) == ["woman"]
    assert closest("womn", ["man", "woman", "cat"], limit=25)[0] == "woman"


@pytest.mark.parametrize(
    ("text", "ref"),
    [
        (" 260 ", "260"),
        ("corporate-headshots", "corporate-headshots"),
        ("https://www.astria.ai/p/corporate-headshots", "corporate-headshots"),
        ("see <https://astria.ai/p/260?a=b#c> please", "260"),
        ("www.astria.ai/p/f%C3%BCr-alle/", "für-alle"),
    ],
)
def test_pasted_address_is_its_pack(text: str, ref: str) -> None:
    assert pack_reference(text) == ref


def test_all_addresses_in_a_text_are_found() -> None:
    text = f"{pack_address(1, 'a')} and {pack_address(7)}, {pack_address(1, 'a')} again"
    assert pack_references(text) == ["a", "7"]
