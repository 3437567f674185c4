"""Find packs by typed text: title, slug, id or address; typing errors are forgiven."""

from __future__ import annotations

import heapq
import re
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from rapidfuzz import fuzz, process, utils

from api.wire.addresses import pack_reference
from api.wire.models import Pack

# Likeness is from 0 to 100. "hedshot" and "headshots" have 87, "woman" and "women" 80.
_LIKE_ENOUGH = 75.0
_PART_LIKE_ENOUGH = 82.0
_CLOSE = 82.0
_NEARLY_THE_SAME = 88.0
_PREFIX = 95.0

# A pack with the word in its title comes before one that only has a class of that name.
_OF_CLASS = 0.9

# The weight of a word that means little alone, such as "Day" in "Wedding Day".
_HINT = 10.0

# Shorter words are often similar by chance, so they must match exactly.
_SHORTEST_FUZZY = 4

# A typed text may have 6,000 characters, and each of its words is compared with all known words.
_LONGEST_TEXT = 1_000
_MOST_WORDS = 8

# Discord's limit for the value of a choice; a longer name is not suggested.
_LONGEST_NAME = 100
_MOST_NAMES = 1_000

# Accents are removed; marks that other scripts need for their vowels stay.
_ACCENTS = re.compile("[\u0300-\u036f]")


class Term(NamedTuple):
    """A word of a search as it was typed, and its synonyms."""

    word: str
    """It may be mistyped, or the beginning of a word; empty if only the synonyms count."""
    also: tuple[str, ...] = ()
    """Whole words."""
    narrows: bool = False
    """If there are other terms, this one only narrows their results: a class."""


@dataclass(frozen=True, slots=True)
class Search:
    """A search: terms, and the packs that the shop puts first."""

    reference: str = ""
    """An id or a slug, if the text is one."""
    terms: tuple[Term, ...] = ()
    hints: tuple[str, ...] = ()
    """Words that find nothing alone, but rank packs with them higher."""
    leading: tuple[str, ...] = ()
    """Ids or slugs."""

    @classmethod
    def of(cls, text: str) -> Search:
        """Return a search for each word of a text as it was typed."""
        reference = pack_reference(text)
        words = split_words(reference)[:_MOST_WORDS]
        return cls(reference, tuple(Term(word) for word in words))


EVERYTHING = Search()


class Found(NamedTuple):
    """The packs that match a search, the best match first."""

    packs: list[Pack]
    complete: bool
    """Whether they match every term."""


def split_words(text: str) -> list[str]:
    """Return the words of a text, without case and accents: "Männer" and "manner" are the same."""
    folded = text[:_LONGEST_TEXT].casefold()
    if not folded.isascii():
        folded = _ACCENTS.sub("", unicodedata.normalize("NFKD", folded))
    return utils.default_process(folded).split()


class SearchIndex:
    """The packs of one list, indexed by their words: built once, then searched often.

    Building it takes some 4 ms for 1,000 packs.
    """

    def __init__(self, packs: Iterable[Pack]) -> None:
        self.packs = tuple(packs)
        self._by_reference = by_reference(self.packs)
        self._weights: dict[str, dict[int, float]] = {}
        for position, pack in enumerate(self.packs):
            for word, weight in _words(pack).items():
                self._weights.setdefault(word, {})[position] = weight
        self._vocabulary = sorted(self._weights)
        self._fuzzy_vocabulary = [word for word in self._vocabulary if not word.isdecimal()]

    def __contains__(self, pack_id: int) -> bool:
        """Tell whether a pack with that id is in the list."""
        return str(pack_id) in self._by_reference

    def exact(self, ref: str) -> Pack | None:
        """Return the pack whose id or slug this is, or whose slug differs only by case."""
        return self._by_reference.get(ref) or self._by_reference.get(ref.casefold())

    def find(self, wanted: Search | str, limit: int | None = None) -> list[Pack]:
        """Return the packs that match a text, the best match first; for an empty text, all."""
        search = Search.of(wanted) if isinstance(wanted, str) else wanted
        if not search.reference and not search.terms:
            return list(self.packs[:limit])
        return self.look_for(search, limit).packs

    def look_for(self, search: Search, limit: int | None = None) -> Found:
        """Return the packs that match the most terms, after those that the shop puts first."""
        positions, met = self._ranked(search, limit)
        first = (self.exact(ref) for ref in (search.reference, *search.leading) if ref)
        ranked = (self.packs[position] for position in positions)
        packs = {pack.id: pack for pack in (*first, *ranked) if pack is not None}
        return Found(list(packs.values())[:limit], complete=met == len(search.terms) > 0)

    def _ranked(self, search: Search, limit: int | None) -> tuple[list[int], int]:
        """Return the positions that match the most terms, the best first, and how many terms."""
        met: defaultdict[int, int] = defaultdict(int)
        likeness: defaultdict[int, float] = defaultdict(float)
        named = any(not term.narrows for term in search.terms)
        for term in sorted(search.terms, key=lambda term: term.narrows):
            for position, score in self._meeting(term).items():
                if named and term.narrows and position not in met:
                    continue
                met[position] += 1
                likeness[position] += score
        most = max(met.values(), default=0)
        candidates = [position for position, count in met.items() if count == most]
        for hint in search.hints:
            for position in self._weights.get(hint, ()):
                likeness[position] += _HINT

        def rank(position: int) -> tuple[float, int]:
            return -likeness[position], position

        if limit is None:
            return sorted(candidates, key=rank), most
        return heapq.nsmallest(limit, candidates, key=rank), most

    def _meeting(self, term: Term) -> dict[int, float]:
        best: dict[int, float] = {}
        for known, likeness in self._alike(term):
            for position, weight in self._weights[known].items():
                if likeness * weight > best.get(position, 0.0):
                    best[position] = likeness * weight
        return best

    def _alike(self, term: Term) -> Iterator[tuple[str, float]]:
        for known in term.also:
            if known in self._weights:
                yield known, 100.0
        word = term.word
        if not word:
            return
        first = bisect_left(self._vocabulary, word)
        for position in range(first, len(self._vocabulary)):
            known = self._vocabulary[position]
            if not known.startswith(word):
                break
            yield known, 100.0 if known == word else _PREFIX
        if len(word) >= _SHORTEST_FUZZY and not word.isdecimal():
            yield from self._mistyped(word)

    def _mistyped(self, word: str) -> Iterator[tuple[str, float]]:
        """Yield the words that a mistyped word, or a mistyped beginning of a word, may mean.

        A known word is not mistyped: "dating" does not mean "wedding".
        """
        known_as_it_is = word in self._weights
        for scorer, like_enough, shortest in (
            (fuzz.ratio, _NEARLY_THE_SAME if known_as_it_is else _LIKE_ENOUGH, _SHORTEST_FUZZY),
            (fuzz.partial_ratio, 100.0 if known_as_it_is else _PART_LIKE_ENOUGH, len(word)),
        ):
            for known, score, _ in process.extract(
                word, self._fuzzy_vocabulary, scorer=scorer, score_cutoff=like_enough, limit=None
            ):
                if len(known) >= shortest:
                    yield known, score * _PREFIX / 100


def suggestable(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names that are short enough for a choice, and not too many to compare."""
    short = (name for name in names if len(name) <= _LONGEST_NAME)
    return tuple(islice(short, _MOST_NAMES))


def closest(text: str, names: Sequence[str], limit: int) -> list[str]:
    """Return the names that begin with or resemble a text; any names for an empty text."""
    wanted = text.strip()[:_LONGEST_NAME].casefold()
    if not wanted:
        return list(names[:limit])
    begun = [name for name in names if name.casefold().startswith(wanted)]
    alike = process.extract(
        wanted, names, scorer=fuzz.WRatio, processor=str.casefold, score_cutoff=_LIKE_ENOUGH
    )
    return list(dict.fromkeys([*begun, *(name for name, _, _ in alike)]))[:limit]


def closest_names(text: str, names: Sequence[str]) -> list[str]:
    """Return the names that resemble a whole text, the closest first."""
    alike = process.extract(
        text.strip(),
        names,
        scorer=fuzz.ratio,
        processor=str.casefold,
        score_cutoff=_CLOSE,
        limit=None,
    )
    return [name for name, _, _ in alike]


def by_reference(packs: Sequence[Pack]) -> dict[str, Pack]:
    """Return packs by their exact names: id, slug, and slug in lower case."""
    # A slug of digits must not replace the pack with that id.
    named = [(pack.slug, pack) for pack in reversed(packs) if pack.slug]
    slugs = {slug: pack for slug, pack in named if not slug.isdecimal()}
    any_case = {slug.casefold(): pack for slug, pack in slugs.items()}
    return any_case | slugs | {str(pack.id): pack for pack in packs}


def _words(pack: Pack) -> Mapping[str, float]:
    """Return a pack's words with their weights."""
    named = split_words(f"{pack.title or ''} {pack.slug or ''} {pack.id}")
    classes = split_words(" ".join(one.name for one in pack.classes))
    return dict.fromkeys(classes, _OF_CLASS) | dict.fromkeys(named, 1.0)
