"""The shop's own prices and words: a file is read, and faults are reported."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from api.catalogue.shop import Shop
from api.catalogue.shop_file import ShopFile, ShopFileError
from api.wire.models import Pack, Price

ROOT = Path(__file__).parent.parent.parent

COST = Price(Decimal("3.60"))
HEADSHOTS = Pack(id=312, slug="Corporate-Headshots")


def shop(tmp_path: Path, text: str) -> Shop:
    path = tmp_path / "shop.toml"
    path.write_text(text, encoding="utf-8-sig")
    return ShopFile(path).shop


def euros(text: str) -> Price:
    return Price(Decimal(text), "EUR")


def test_no_file_sets_nothing() -> None:
    shop = ShopFile(None).shop
    assert shop.named(HEADSHOTS).price("man", COST) is None
    assert not shop.named(HEADSHOTS).decide("man")
    assert shop.references == []


def test_example_file_is_read() -> None:
    shop = ShopFile(ROOT / "shop.example.toml").shop
    assert shop.named(HEADSHOTS).price("Woman", COST) == euros("29")
    assert shop.named(HEADSHOTS).price("man", None) == euros("29.90")
    assert shop.named(HEADSHOTS).price("cat", COST) == euros("9.00")
    assert shop.named(Pack(id=260)).price("anything", None) == euros("19")
    cats = Pack(id=1, slug="cat-portraits")
    assert shop.named(cats).price("cat", COST) == Price(Decimal(25), "CHF")
    assert shop.words == {
        "linkedin": ("corporate-headshots",),
        "dating app": ("corporate-headshots", "260"),
    }
    assert shop.references == ["corporate-headshots", "260", "cat-portraits"]


@pytest.mark.parametrize(
    ("rule", "cost", "price"),
    [
        ("factor = 2", "3.60", "7.20"),
        ("factor = 1", "0.001", "0.01"),
        ("factor = 1", "0", "0"),
        ('factor = "2.5"\nround_to = 0.50', "3.31", "8.50"),
        ('factor = 2.5\nround_to = 0.50\nrounding = "nearest"', "3.31", "8.50"),
        ('factor = 2.5\nround_to = 0.50\nrounding = "down"', "3.31", "8.00"),
        ('factor = 0.1\nround_to = 5\nrounding = "down"', "3.31", "5"),
        ('factor = 1\nrounding = "nearest"', "0.005", "0.01"),
    ],
)
def test_rule_prices_other_classes(tmp_path: Path, rule: str, cost: str, price: str) -> None:
    text = f'[prices]\ncurrency = "EUR"\n[prices.rest]\n{rule}'
    ruled = shop(tmp_path, text)
    assert ruled.named(HEADSHOTS).price("man", Price(Decimal(cost))) == euros(price)


def test_slug_of_digits_is_not_an_id(tmp_path: Path) -> None:
    named = shop(tmp_path, '[prices]\ncurrency = "EUR"\n[prices.packs]\n260 = 19')
    assert named.named(Pack(id=260)).price("man", COST) == euros("19")
    namesake = Pack(id=312, slug="260")
    assert named.named(namesake).price("man", COST) is None
    assert not named.named(namesake).decide("man")


def test_rule_keeps_approximate_and_unknown(tmp_path: Path) -> None:
    ruled = shop(tmp_path, '[prices.rest]\nfactor = 100\ncurrency = "JPY"')
    about = Price(Decimal("3.604"), approximate=True)
    assert ruled.named(HEADSHOTS).price("man", about) == Price(
        Decimal(361), "JPY", approximate=True
    )
    assert ruled.named(HEADSHOTS).price("man", None) is None
    assert ruled.named(HEADSHOTS).decide("man")


def test_price_of_zero_is_free(tmp_path: Path) -> None:
    free = shop(tmp_path, '[prices]\ncurrency = "EUR"\n[prices.packs]\n312 = 0')
    assert free.named(HEADSHOTS).price("man", COST) == euros("0")


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("[prices", 1, "Expected"),
        ("\n\nprices = ", 3, "Invalid value"),
        ("price = 1", 1, "'price' is unknown here: expected prices, words"),
        ("prices = 1", 1, "expected a table"),
        ('[prices]\ncurrency = "EURO"', 2, "the code of a currency"),
        ("[prices]\n\n[prices.packs]\n260 = 1", 4, "the currency is missing"),
        ('[prices]\ncurrency = "EUR"\n[prices.packs]\nx = { man = -1 }', 4, "an amount of money"),
        ('[prices]\ncurrency = "EUR"\n[prices.packs]\n1 = 2\nx = "29,90"', 5, "an amount of money"),
        ('[prices]\ncurrency = "EUR"\n[prices.packs]\nx = 29.999', 4, "EUR has 2 decimals"),
        ('[prices]\ncurrency = "EUR"\n[prices.packs]\nx = nan', 4, "an amount of money"),
        ('[prices]\ncurrency = "EUR"\n[prices.packs]\nx = true', 4, "an amount of money"),
        ('[prices]\ncurrency = "JPY"\n[prices.packs]\nx = 1.5', 4, "JPY has 0 decimals"),
        (
            '[prices]\ncurrency = "EUR"\n[prices.packs.x]\nman = 1\nwoman = { price = 2 }',
            5,
            "'price' is unknown here: expected amount, currency",
        ),
        ('[prices]\ncurrency = "EUR"\n[prices.packs]\nx = 1\nX = 2', 5, "'x' stands here twice"),
        ('[prices]\ncurrency = "EUR"\n[prices.rest]\nround_to = 1', 3, "a factor above 0"),
        ('[prices]\ncurrency = "EUR"\n[prices.rest]\nfactor = 0', 4, "a factor above 0"),
        (
            '[prices]\ncurrency = "EUR"\n[prices.rest]\nfactor = 1\nround_to = 0',
            5,
            "an amount above 0",
        ),
        (
            '[prices]\ncurrency = "EUR"\n[prices.rest]\nfactor = 1\nrounding = "odd"',
            5,
            "one of: up, nearest, down",
        ),
        ("# first\n[words]\nlinkedin = [\n  1,\n  2.5,\n]", 3, "the id or slug of a pack"),
        ("[words]\na = 1\nlinkedin = []", 3, "at least one pack"),
        ('[words]\n"a  b" = 1\n"A b" = 2', 3, "'a b' stands here twice"),
        ('[words]\n" " = 1', 2, "expected a name"),
    ],
)
def test_wrong_file_names_line_and_fault(tmp_path: Path, text: str, line: int, reason: str) -> None:
    with pytest.raises(ShopFileError) as raised:
        shop(tmp_path, text)
    said = str(raised.value)
    assert reason in said
    assert f"line {line}" in said


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\xff\xfe[\x00", "is not UTF-8 text"),
        (b"x = " + b"[" * 100_000, "shop.toml"),
        (b"#" * (4 * 1024 * 1024 + 1), "is larger than"),
    ],
)
def test_shop_file_that_is_not_text(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "shop.toml"
    path.write_bytes(content)
    with pytest.raises(ShopFileError, match=reason):
        ShopFile(path)


@pytest.mark.parametrize("name", ["missing.toml", "."])
def test_unreadable_file_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ShopFileError, match="cannot be read"):
        ShopFile(tmp_path / name)


def test_last_good_file_stays(tmp_path: Path) -> None:
    path = tmp_path / "shop.toml"
    path.write_text("[words]\nlinkedin = 1")
    file = ShopFile(path)
    good = file.shop
    for content in ("[words", "[words]\nlinkedin = []"):
        path.write_text(content)
        with pytest.raises(ShopFileError):
            file.read()
        assert file.shop is good
    path.write_text("[words]\nlinkedin = 2")
    file.read()
    assert file.shop.words == {"linkedin": ("2",)}


def test_line_of_fault_in_large_file_is_found_quickly(tmp_path: Path) -> None:
    packs = "".join(f"{number} = {number}\n" for number in range(1, 5_000))
    text = f'[prices]\ncurrency = "EUR"\n[prices.packs]\n{packs}x = -1\n[words]\n'
    with pytest.raises(ShopFileError, match="line 5003"):
        shop(tmp_path, text)


def test_shared_slug_names_no_pack(tmp_path: Path) -> None:
    text = '[prices]\ncurrency = "EUR"\n[prices.packs]\ncorporate-headshots = 29\n5 = 31'
    for rest in ("", "\n[prices.rest]\nfactor = 2"):
        prices = shop(tmp_path, text + rest)
        twin = prices.named(HEADSHOTS, slug_is_shared=True)
        assert twin.decide("man")
        assert twin.price("man", COST) is None
        by_id = prices.named(Pack(id=5, slug=HEADSHOTS.slug), slug_is_shared=True)
        assert by_id.price("man", COST) == euros("31")
