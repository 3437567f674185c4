"""Turn a question into a search: drop filler words, recognise class words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from api.catalogue.search import Search, Term, split_words
from api.wire.addresses import pack_reference
from cogs.language.class_words import EVERYDAY_CLASSES, likely_classes, names_of_class

ShopWords = Mapping[str, Sequence[str]]
"""The shop's words, with the ids or slugs of the packs that they lead to."""

_MOST_TERMS = 8
_MOST_TERMS_IN_A_MESSAGE = 20

# Shorter words of a message match the beginning of other words by chance.
_SHORTEST_BEGINNING = 4

_SAYING_NOTHING: Mapping[str, str] = {
    "en": """
        a about after again all also am an and any anybody anyone anything are as ask
        asking at available be because been before best better between but buy by can check
        could day days dear did do does doing dont each else every example examples find
        first for from get give go going good got great had has have having hello help here
        hey hi how i id if im in info information interested into is isnt it its ive just
        kind know last let like list look looking looks lot make many may maybe me mine
        month more morning most much my need new next not now of off offer offers ok on one
        only open or other our out over please possible question questions really recommend
        right s same see send should show so some somebody someone something still stuff
        suggest sure t take tell thank thanks that thats the their them then there these
        they thing things think this those time to today tomorrow too try type under up us
        use using very want wants was way we week well were what whats when where which
        while who whose why will wish with without would yes yesterday yet you your cheap
        cheapest cost costs expensive price priced prices pricing image images photo photos
        picture pictures pic pics photoshoot pack packs package packages template templates
    """,
    "de": """
        aber alle als also angebot am an andere auch auf aus bei beim bekomme bekommen
        bestellen bin bis bitte da danke dann das dass dein deine dem den denn der des die
        dies diese diesem diesen dieser dieses doch du ein eine einem einen einer eines er
        es etwas euch euer eure für gab ganz geht gern gerne gibt gibts gut guten habe
        haben habt hallo hast hat hätte ich ihr ihre im in ist ja kann kannst kaufen kein
        keine können könnt könnte liebe machen machst man mal mehr mein meine meinen meiner
        mich mir mit möchte morgen nach nicht noch nun nur ob oder schon sehr sein seine
        sich sie sind so suche tag um und verfügbar uns unser vom von vor wann war was
        welche welchen welcher welches wenn wer wie wieviel viel viele will wir wird wo
        wollen würde zeig zeige zeigen zu zum zur kostet kosten koste preis preise
        preiswert billig billigste günstig günstigste bild bilder foto fotos paket pakete
        fotopaket fotopakete vorlage vorlagen
    """,
    "es": """
        a al algo alguien algun alguna algunas algunos alguno ante antes aqui asi aun bien
        buen buena buenas bueno buenos busca buscando busco como con cual cuales cualquier
        cuando cuanto cuanta cuantas cuantos cuesta cuestan de del dia dias donde dos e el
        ella ellas ellos en era eres es esa esas ese eso esos esta estaba estan estar estas
        este esto estos gracias gustaria ha hace hacer hay haya he hola la las le les lo
        los mas me mejor mi mis mucho muy necesito ni no nos nuestra nuestro o os otra otro
        para pero por porque puede pueden puedes puedo que quiero quiere quien quisiera se
        ser si sin sobre solo soy su sus tambien te tener tengo tiene tienen tienes todo
        todos tu tus un una unas uno unos usted vale ver y ya yo barato barata costo costar
        precio precios vale valen foto fotos imagen imagenes paquete paquetes plantilla
        plantillas teneis podeis quereis podria podrian querria vosotros ustedes
    """,
    "fr": """
        a ai ainsi alors au aucun aussi autre autres aux avec avez avoir avons bien bonjour
        bonsoir c ca car ce cela celle celui ces cet cette cherche comment d dans de des
        deux dit dois donc du elle elles en encore entre es est et etait etes etre eu eux
        fait faire faut il ils j je jusqu l la le les leur leurs lui m ma mais me meme
        merci mes moi moins mon n ne nos notre nous on ont ou oui par parce pas peu peut
        peux plus pour pourquoi pouvez puis qu quand que quel quelle quelles quels qui quoi
        s sa salut sans se serait ses si sont sous suis sur ta te tes toi ton tous tout
        toute toutes tres trop tu un une va vais veux vers voir vos votre voudrais voulez
        vous y combien coute coutent cout couts prix tarif tarifs moins cher chere photo
        photos image images pack packs modele modeles
    """,
}
_SILENT_IN = {
    language: frozenset(part for word in text.split() for part in split_words(word))
    for language, text in _SAYING_NOTHING.items()
}
_SILENT = frozenset(word for words in _SILENT_IN.values() for word in words)

# Links, and Discord's mentions, emoji and timestamps.
_NO_WORDS = re.compile(r"\S*(?:://|\w\.\w+/)\S*|<(?:a?:|[@#t/]|id:)[^<>]*>")

_PHRASES = [
    split_words(phrase)
    for phrase in ("a couple of", "ein paar", "good morning", "good day", "guten tag")
]

# Class words that mean something else in another language: German "man" is "one", English "chat" is
# a talk. They do not count if most of the words around them belong to that language.
_FALSE_FRIENDS = {
    "man": ("de",),
    "chat": ("en",),
    "chats": ("en",),
    "dame": ("es",),
    "son": ("es", "fr"),
}

# These words are greetings too.
_EVERYDAY_WORDS = frozenset({"guy", "guys"})

# After one of these, an everyday word is a class.
_FOR = frozenset({"for", "fur", "para", "pour"})


@dataclass(frozen=True, slots=True)
class Question:
    """The meaning of a text."""

    search: Search
    class_names: tuple[str, ...] = ()
    """Astria's names of the well-known classes in it."""


def understand(text: str, shop_words: ShopWords | None = None) -> Question:
    """Understand a text that was typed as a search."""
    reference = pack_reference(text)
    return _question(reference, split_words(reference), shop_words, _MOST_TERMS)


def understand_message(text: str, shop_words: ShopWords | None = None) -> Question:
    """Understand a message: most of its words have nothing to do with packs."""
    question = _question(
        "", split_words(_NO_WORDS.sub(" ", text)), shop_words, _MOST_TERMS_IN_A_MESSAGE
    )
    whole = tuple(_whole_if_short(term) for term in question.search.terms)
    return replace(question, search=replace(question.search, terms=whole))


def _question(
    reference: str, words: Sequence[str], shop_words: ShopWords | None, most_terms: int
) -> Question:
    said = list(dict.fromkeys(_without_phrases(words)))
    meant = [word for word in said if not _says_nothing(word, words)]
    classes = {word: _classes(word, words) for word in (meant or said)[:most_terms]}
    search = Search(
        reference,
        tuple(Term(word, _names(some), narrows=bool(some)) for word, some in classes.items()),
        hints=tuple(word for word in said if word not in classes)[:most_terms],
        leading=tuple(_leading(words, shop_words or {})),
    )
    return Question(search, tuple(dict.fromkeys(one for some in classes.values() for one in some)))


def _names(classes: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for one in classes for name in names_of_class(one)))


def _says_nothing(word: str, among: Sequence[str]) -> bool:
    return word in _SILENT and not (word in _FALSE_FRIENDS and _classes(word, among))


def _classes(word: str, among: Sequence[str]) -> tuple[str, ...]:
    others = [other for other in among if other != word]
    if any(_is_mostly(language, others) for language in _FALSE_FRIENDS.get(word, ())):
        return ()
    classes = likely_classes(word)
    everyday = word in _EVERYDAY_WORDS or not EVERYDAY_CLASSES.isdisjoint(classes)
    return () if everyday and others and not _stands_for_whom(word, among) else classes


def _stands_for_whom(word: str, among: Sequence[str]) -> bool:
    position = among.index(word)
    return position > 0 and among[position - 1] in _FOR


def _is_mostly(language: str, words: Sequence[str]) -> bool:
    counts = {one: sum(word in silent for word in words) for one, silent in _SILENT_IN.items()}
    return counts[language] > 0 and counts[language] == max(counts.values())


def _without_phrases(words: Sequence[str]) -> Iterator[str]:
    position = 0
    while position < len(words):
        phrase = next((one for one in _PHRASES if words[position : position + len(one)] == one), ())
        if not phrase:
            yield words[position]
        position += len(phrase) or 1


def _whole_if_short(term: Term) -> Term:
    if term.word.isdecimal() or len(term.word) < _SHORTEST_BEGINNING:
        return Term("", (term.word, *term.also), term.narrows)
    return term


def _leading(words: Sequence[str], shop_words: ShopWords) -> Iterator[str]:
    said = f" {' '.join(words)} "
    for phrase, refs in shop_words.items():
        if f" {' '.join(split_words(phrase))} " in said:
            yield from refs
