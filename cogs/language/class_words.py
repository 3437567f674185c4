"""The well-known classes: labels and synonyms.

Astria's classes are open-ended; a class that isn't here is shown and found by its own name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from api.catalogue.search import split_words

LANGUAGES = ("en", "de", "es", "fr")

_Languages = Mapping[str, Sequence[str]]

_CLASSES: Mapping[str, _Languages] = {
    "woman": {
        "en": ("woman", "women", "womens", "female", "females", "lady", "ladies"),
        "de": ("Frau", "Frauen", "Dame", "Damen", "weiblich"),
        "es": ("mujer", "mujeres", "chica", "chicas", "señora", "señoras", "femenino"),
        "fr": ("femme", "femmes", "dame", "dames", "féminin"),
    },
    "man": {
        "en": ("man", "men", "mens", "male", "males", "guy", "guys", "gentleman", "gentlemen"),
        "de": ("Mann", "Männer", "Männern", "Herr", "Herren", "männlich"),
        "es": ("hombre", "hombres", "chico", "chicos", "señor", "señores", "masculino", "varón"),
        "fr": ("homme", "hommes", "monsieur", "messieurs", "masculin"),
    },
    "girl": {
        "en": ("girl", "girls", "daughter", "daughters"),
        "de": ("Mädchen", "Tochter", "Töchter"),
        "es": ("niña", "niñas", "hija", "hijas"),
        "fr": ("fille", "filles", "fillette", "fillettes"),
    },
    "boy": {
        "en": ("boy", "boys", "son", "sons"),
        "de": ("Junge", "Jungen", "Jungs", "Sohn", "Söhne"),
        "es": ("niño", "niños", "hijo", "hijos"),
        "fr": ("garçon", "garçons", "fils"),
    },
    "baby": {
        "en": ("baby", "babies", "newborn", "newborns", "toddler", "toddlers"),
        "de": ("Baby", "Babys", "Neugeborene", "Neugeborenes", "Säugling"),
        "es": ("bebé", "bebés", "recién nacido"),
        "fr": ("bébé", "bébés", "nouveau-né"),
    },
    "person": {
        "en": ("person", "persons", "people", "anyone", "unisex"),
        "de": ("Person", "Personen", "Leute"),
        "es": ("persona", "personas", "gente"),
        "fr": ("personne", "personnes", "gens"),
    },
    "couple": {
        "en": ("couple", "couples"),
        "de": ("Paar", "Paare", "Pärchen"),
        "es": ("pareja", "parejas"),
        "fr": ("couple", "couples"),
    },
    "family": {
        "en": ("family", "families"),
        "de": ("Familie", "Familien"),
        "es": ("familia", "familias"),
        "fr": ("famille", "familles"),
    },
    "cat": {
        "en": ("cat", "cats", "kitten", "kittens", "kitty"),
        "de": ("Katze", "Katzen", "Kater", "Kätzchen"),
        "es": ("gato", "gatos", "gata", "gatas", "gatito", "gatitos"),
        "fr": ("chat", "chats", "chatte", "chaton", "chatons"),
    },
    "dog": {
        "en": ("dog", "dogs", "puppy", "puppies"),
        "de": ("Hund", "Hunde", "Hunden", "Hündin", "Welpe", "Welpen"),
        "es": ("perro", "perros", "perra", "perras", "perrito", "cachorro", "cachorros"),
        "fr": ("chien", "chiens", "chienne", "chiot", "chiots"),
    },
    "horse": {
        "en": ("horse", "horses", "pony", "ponies"),
        "de": ("Pferd", "Pferde", "Pferden", "Pony", "Ponys"),
        "es": ("caballo", "caballos", "poni", "yegua"),
        "fr": ("cheval", "chevaux", "poney", "poneys"),
    },
    "product": {
        "en": ("product", "products", "item", "items"),
        "de": ("Produkt", "Produkte", "Produkten", "Artikel"),
        "es": ("producto", "productos", "artículo", "artículos"),
        "fr": ("produit", "produits", "article", "articles"),
    },
    "style": {
        "en": ("style", "styles"),
        "de": ("Stil", "Stile"),
        "es": ("estilo", "estilos"),
        "fr": ("style", "styles"),
    },
}
"""By Astria's name for the class and by language: first the label, then synonyms."""

_GROUPS: Mapping[tuple[str, ...], Sequence[str]] = {
    ("girl", "boy", "baby"): (
        *("kid", "kids", "child", "children", "Kind", "Kinder", "Kindern"),
        *("infantil", "enfant", "enfants"),
    ),
    ("cat", "dog", "horse"): (
        *("pet", "pets", "animal", "animals", "Tier", "Tiere", "Tieren", "Haustier", "Haustiere"),
        *("mascota", "mascotas", "animales", "animaux"),
    ),
}
"""Words that stand for several classes."""

EVERYDAY_CLASSES = frozenset({"person", "product", "style"})
"""Classes whose words are common in any sentence: a word counts only if it is clearly the class."""

_SHORTEST_MISTYPED = 5
_LONG = 8


@cache
def _classes_by_word() -> Mapping[str, tuple[str, ...]]:
    found = dict[str, tuple[str, ...]]()
    for classes, words in _GROUPS.items():
        found |= {_folded(word): classes for word in words}
    for name, languages in _CLASSES.items():
        for words in (*languages.values(), [name]):
            found |= {_folded(word): (name,) for word in words}
    return found


@cache
def _mistypable() -> tuple[str, ...]:
    return tuple(
        word
        for word, classes in _classes_by_word().items()
        if len(word) >= _SHORTEST_MISTYPED and EVERYDAY_CLASSES.isdisjoint(classes)
    )


def class_label(name: str, language: str) -> str:
    """Return a class's label in a language; its name if it isn't well known."""
    known = _CLASSES.get(name.casefold())
    if known is None or language == "en":
        return name
    return known[language][0]


def well_known_classes(word: str) -> tuple[str, ...]:
    """Return Astria's names of the classes that a word stands for; empty if it stands for none."""
    return _classes_by_word().get(_folded(word), ())


def likely_classes(word: str) -> tuple[str, ...]:
    """Return the classes that a word stands for; it may be mistyped."""
    folded = _folded(word)
    if exact := well_known_classes(folded):
        return exact
    if len(folded) < _SHORTEST_MISTYPED:
        return ()
    # A word that is longer by more than a letter is another one: "personal" is not "person".
    alike = (
        known
        for known in _mistypable()
        if known[0] == folded[0] and abs(len(known) - len(folded)) <= 1
    )
    # With two errors, "hamster" would be "Haustier".
    most_errors = 1 if len(folded) < _LONG else 2
    found = process.extractOne(folded, tuple(alike), scorer=OSA.distance, score_cutoff=most_errors)
    return _classes_by_word()[found[0]] if found else ()


def canonical_class(name: str) -> str:
    """Return one name for all names of a class: Astria's, or the name itself without case."""
    classes = well_known_classes(name)
    return classes[0] if len(classes) == 1 else name.casefold()


@lru_cache(4_000)
def words_of_class(name: str, language: str) -> tuple[str, ...]:
    """Return a class's name and its words in a language, without case and accents."""
    known = _CLASSES.get(canonical_class(name), {}).get(language, ())
    return (_folded(name), *(_folded(word) for word in known))


@cache
def names_of_class(name: str) -> tuple[str, ...]:
    """Return a class's name and its words in all languages, without case and accents."""
    languages = _CLASSES.get(name, {})
    return tuple(
        dict.fromkeys([name, *(_folded(one) for some in languages.values() for one in some)])
    )


def _folded(word: str) -> str:
    return " ".join(split_words(word))
