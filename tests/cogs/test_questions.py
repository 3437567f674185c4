"""Questions to a support desk, in four languages, find the intended packs."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from api.catalogue.search import SearchIndex
from api.wire.decoding import decode_pack
from cogs.language.questions import Question, understand, understand_message
from standins.astria.demo_packs import demo_packs

_DECODED = map(decode_pack, demo_packs().all)
INDEX = SearchIndex(pack for pack in _DECODED if pack)


def first_titles(question: Question, limit: int = 3) -> list[str | None]:
    return [pack.title for pack in INDEX.look_for(question.search, limit).packs]


ONE_PACK: list[tuple[str, str, list[str]]] = [
    # The whole question, its pack, and its classes.
    ("how much is corporate headshots for men?", "Corporate Headshots", ["man"]),
    ("what does corporate headshots cost for a woman", "Corporate Headshots", ["woman"]),
    ("do you have linkedin pictures", "LinkedIn Portraits", []),
    ("linked in portraits please", "LinkedIn Portraits", []),
    ("hi, is the wedding day pack available for men too?", "Wedding Day", ["man"]),
    ("anything with old money style?", "Old Money", []),
    ("datng profil pics for guys", "Dating Profile", ["man"]),
    ("hedshots for wemen", "Corporate Headshots", ["woman"]),
    ("christmas cards with my cat", "Christmas Cards", ["cat"]),
    ("Good morning, anyone know what the weddng pack costs", "Wedding Day", []),
    ("watercolor", "Ink & Watercolour", []),
    ("oldmoney", "Old Money", []),
    ("was kostet corporate headshots für Männer?", "Corporate Headshots", ["man"]),
    ("Gibt es LinkedIn Portraits auch für Frauen", "LinkedIn Portraits", ["woman"]),
    ("Kann man das Pack Old Money kaufen?", "Old Money", []),
    ("hallo, wie viel kostet maternity?", "Maternity", []),
    ("¿cuánto cuesta el pack corporate headshots para mujeres?", "Corporate Headshots", ["woman"]),
    ("hola, tienen royal cats para mi gato?", "Royal Cats", ["cat"]),
    ("¿tenéis royal cats para mi gato?", "Royal Cats", ["cat"]),
    ("precio de dating profile para hombre", "Dating Profile", ["man"]),
    ("combien coûte le pack royal cats pour mon chat ?", "Royal Cats", ["cat"]),
    ("Bonjour, c'est combien old money pour homme", "Old Money", ["man"]),
    ("je cherche corporate headshot pour une femme", "Corporate Headshots", ["woman"]),
]


@pytest.mark.parametrize(("text", "title", "classes"), ONE_PACK)
@pytest.mark.parametrize("understood", [understand, understand_message])
def test_one_pack(
    understood: Callable[[str], Question], text: str, title: str, classes: list[str]
) -> None:
    question = understood(text)
    assert first_titles(question) == [title]
    assert list(question.class_names) == classes


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("kids", ["Storybook Kids", "Christmas Cards"]),
        ("Kinder", ["Storybook Kids", "Christmas Cards"]),
        ("niños", ["Storybook Kids", "Christmas Cards"]),
        ("packs for pets", ["Royal Cats", "Good Dogs", "Christmas Cards"]),
        ("cats", ["Royal Cats", "Christmas Cards"]),
        ("perro", ["Good Dogs"]),
        ("headshots or portraits?", ["Corporate Headshots", "LinkedIn Portraits"]),
        ("spaceships for women", []),
        ("hello", []),
        ("", [pack.title for pack in INDEX.packs[:3]]),
    ],
)
def test_several_or_none(text: str, titles: list[str]) -> None:
    question = understand(text)
    assert [pack.title for pack in INDEX.find(question.search, 3)] == titles


@pytest.mark.parametrize(
    ("text", "classes"),
    [
        ("can we chat about prices", []),
        ("mon chat", ["cat"]),
        ("kann man das für Frauen haben", ["woman"]),
        ("man", ["man"]),
        ("mi hijo y yo", ["boy"]),
        ("son solo fotos de mujer", ["woman"]),
        ("for my son", ["boy"]),
        ("hey guys", []),
        ("photos for guys", ["man"]),
        ("personal branding", []),
        ("what style is this", []),
        ("style", ["style"]),
        ("ein paar Fotos", []),
        ("Paar", ["couple"]),
        ("womans", ["woman"]),
        ("my money", []),
    ],
)
def test_classes(text: str, classes: list[str]) -> None:
    assert list(understand_message(text).class_names) == classes


def test_filler_word_decides_between_packs_with_it() -> None:
    assert first_titles(understand("wedding day"))[0] == "Wedding Day"


def test_words_of_a_message_are_not_prefixes() -> None:
    assert first_titles(understand("fil")) == ["Film Noir"]
    assert first_titles(understand_message("fil")) == []
    assert first_titles(understand_message("Call me at 26 or 30")) == []
    assert first_titles(understand_message("is 260 good?")) == ["Corporate Headshots"]


def test_shop_words_lead_to_their_packs() -> None:
    shop_words = {"LinkedIn": ["corporate-headshots"], "on a date": ["dating-profile", "356"]}
    assert first_titles(understand("linkedin", shop_words), 2) == [
        "Corporate Headshots",
        "LinkedIn Portraits",
    ]
    assert understand("what to wear on a date?", shop_words).search.leading == (
        "dating-profile",
        "356",
    )
    assert understand("dated", shop_words).search.leading == ()
