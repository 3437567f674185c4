"""Every sentence in the code has a valid translation."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from decimal import Decimal

import pytest
from babel.messages import Message

from api.wire.models import Price
from cogs.language.languages import FOLDER, TRANSLATED
from cogs.language.words import words_for
from tools.translations import KEYWORDS, compiled, forms, path_of, said, translated

CODE = said()


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"\{(\w*)\}", text))


def sentences_of(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def written() -> Iterator[str]:
    """Yield the sentences in the code without Babel, which ignores f-strings."""
    for path in FOLDER.parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", None) or getattr(node.func, "id", None)
                first = node.args[0] if node.args else None
                if name in KEYWORDS and isinstance(first, ast.Constant):
                    yield str(first.value)


def test_every_sentence_of_the_code_is_found() -> None:
    assert {sentences_of(one)[0] for one in CODE if one.id} == set(written())
    assert len(CODE) > 100


@pytest.mark.parametrize("language", TRANSLATED)
class TestLanguage:
    def test_says_what_the_code_says_and_nothing_else(self, language: str) -> None:
        catalogue = translated(language)
        assert set(map(sentences_of, catalogue)) == set(map(sentences_of, CODE))
        assert not catalogue.obsolete
        assert not any(one.fuzzy for one in catalogue if one.id)

    def test_is_compiled(self, language: str) -> None:
        assert path_of(language).with_suffix(".mo").read_bytes() == compiled(language), "make words"

    def test_has_every_form(self, language: str) -> None:
        catalogue = translated(language)
        for one in catalogue:
            if one.id:
                numbers = catalogue.num_plurals if one.pluralizable else 1
                assert len(forms(one)) == numbers, one.id
                assert all(form.strip() == form != "" for form in forms(one)), one.id

    def test_fills_in_the_same(self, language: str) -> None:
        for one in translated(language):
            if one.id:
                wanted = {frozenset(placeholders(sentence)) for sentence in sentences_of(one)}
                assert {frozenset(placeholders(form)) for form in forms(one)} == wanted, one.id

    def test_keeps_markdown_and_addresses(self, language: str) -> None:
        for one in translated(language):
            marks = re.findall(r"\*\*|`|^-#|https\\?:\S+", sentences_of(one)[0])
            for form in forms(one) if one.id else ():
                assert re.findall(r"\*\*|`|^-#|https\\?:\S+", form) == marks, one.id


@pytest.mark.parametrize(
    ("locale", "price", "number"),
    [
        ("en-US", "$1,234.50", "12,345"),
        ("en-GB", "US$1,234.50", "12,345"),
        ("de", "1.234,50\N{NO-BREAK SPACE}$", "12.345"),
        ("es-ES", "1.234,50\N{NO-BREAK SPACE}US$", "12.345"),
        ("es-419", "USD\N{NO-BREAK SPACE}1,234.50", "12,345"),
        ("fr", "1\u202f234,50\N{NO-BREAK SPACE}$US", "12\u202f345"),
        ("ja", "$1,234.50", "12,345"),
    ],
)
def test_money_and_numbers(locale: str, price: str, number: str) -> None:
    words = words_for(locale)
    assert words.price(Price(Decimal("1234.5"))) == price
    assert words.number(12345) == number


@pytest.mark.parametrize(
    ("usd", "shown"),
    [("0.124", "$0.12"), ("0.125", "$0.13"), ("0.135", "$0.14"), ("0.01", "$0.01")],
)
def test_price_per_image_is_rounded_half_up(usd: str, shown: str) -> None:
    assert words_for("en-US").price_per_image(Price(Decimal(usd))) == f"{shown} each"


@pytest.mark.parametrize(
    ("locale", "shown"),
    [
        ("en-US", ["about $20.00", "about $0.01 each"]),
        ("de", ["etwa 20,00 $", "etwa 0,01 $ pro Bild"]),
        ("es-ES", ["unos 20,00 US$", "unos 0,01 US$ por imagen"]),
        ("fr", ["environ 20,00 $US", "environ 0,01 $US par image"]),
    ],
)
def test_an_assumed_price_is_marked(locale: str, shown: list[str]) -> None:
    words = words_for(locale)
    price, tiny = Price(Decimal(20), approximate=True), Price(Decimal("0.001"), approximate=True)
    said = [words.price(price), words.price_per_image(tiny)]
    assert [str(one).replace("\N{NO-BREAK SPACE}", " ") for one in said] == shown


def test_a_price_in_another_currency() -> None:
    words = words_for("en-US")
    assert words.price(Price(Decimal("7.5"), "EUR")) == "€7.50"
    assert words.price(Price(Decimal(750), "JPY")) == "¥750"
    assert words.price_per_image(Price(Decimal("107.14"), "JPY")) == "¥107 each"


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0.2, "1 second"), (119, "119 seconds"), (120, "2 minutes"), (3540.5, "60 minutes")],
)
def test_long_wait_is_written_in_minutes(seconds: float, shown: str) -> None:
    assert words_for("en-US").rate_limited(seconds).endswith(f"try again in {shown}.")


def test_french_punctuation_has_no_line_break_before_it() -> None:
    said_in_french = [form for one in translated("fr") if one.id for form in forms(one)]
    assert not [form for form in said_in_french if re.search("« | [»:;?!]", form)]


@pytest.mark.parametrize(
    ("locale", "none", "one", "many"),
    [
        ("en-US", "0 images", "1 image", "2 images"),
        ("de", "0 Bilder", "1 Bild", "2 Bilder"),
        ("es-ES", "0 imágenes", "1 imagen", "2 imágenes"),
        ("fr", "0 image", "1 image", "2 images"),
    ],
)
def test_plural_forms(locale: str, none: str, one: str, many: str) -> None:
    words = words_for(locale)
    assert [words.images(number) for number in (0, 1, 2)] == [none, one, many]
