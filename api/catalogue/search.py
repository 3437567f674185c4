"""Find packs by what a person types: title, slug, id or address, with typing errors forgiven."""

from __future__ import annotations

import heapq
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from rapidfuzz import fuzz, process, utils

from api.wire.addresses import pack_reference
from api.wire.models import Pack

# Likeness runs from 0 to 100. "hedshot" and "headshots" are 87 alike, "woman" and "women" 80.
_LIKE_ENOUGH = 75.0
_PART_LIKE_ENOUGH = 80.0
_PREFIX = 95.0

# Shorter words are alike by chance, so they must be met as they are.
_SHORTEST_FUZZY = 4

# What is typed may have 6,000 characters, and each is compared with all words there are.
_LONGEST_TEXT = 100
_MOST_WORDS = 8


class SearchIndex:
    """The packs of one list, indexed by their words: built once, then searched often.

    Building it takes some 2 ms for 1,000 packs.
    """

    def __init__(self, packs: Iterable[Pack]) -> None:
        self.packs = tuple(packs)
        self._by_reference = _by_reference(self.packs)
        self._positions: dict[str, list[int]] = {}
        for position, pack in enumerate(self.packs):
            for word in _words(pack):
                self._positions.setdefault(word, []).append(position)
        self._vocabulary = sorted(self._positions)
        self._fuzzy_vocabulary = [word for word in self._vocabulary if not word.isdecimal()]

    def __contains__(self, pack_id: int) -> bool:
        """Tell whether a pack with that id is in the list."""
        return str(pack_id) in self._by_reference

    def exact(self, ref: str) -> Pack | None:
        """Return the pack whose id or slug this is, or whose slug differs only by case."""
        return self._by_reference.get(ref) or self._by_reference.get(ref.casefold())

    def find(self, text: str, limit: int | None = None) -> list[Pack]:
        """Return the packs that a text may mean, the likeliest first; all of them for no text."""
        wanted = pack_reference(text)
        if not wanted:
            return list(self.packs[:limit])
        words = utils.default_process(wanted[:_LONGEST_TEXT]).split()[:_MOST_WORDS]
        found = [self.packs[position] for position in self._ranked(words, limit)]
        exact = self.exact(wanted)
        if exact is not None:
            found = [exact, *(pack for pack in found if pack is not exact)]
        return found[:limit]

    def _ranked(self, words: list[str], limit: int | None) -> list[int]:
        """Return the positions that meet most of the words, the best met first."""
        met: defaultdict[int, int] = defaultdict(int)
        likeness: defaultdict[int, float] = defaultdict(float)
        for word in words:
            for position, score in self._meeting(word).items():
                met[position] += 1
                likeness[position] += score
        most = max(met.values(), default=0)
        candidates = [position for position, count in met.items() if count == most]

        def rank(position: int) -> tuple[float, int]:
            return -likeness[position], position

        if limit is None:
            return sorted(candidates, key=rank)
        return heapq.nsmallest(limit, candidates, key=rank)

    def _meeting(self, word: str) -> dict[int, float]:
        best: dict[int, float] = {}
        for known, score in self._alike(word):
            for position in self._positions[known]:
                if score > best.get(position, 0.0):
                    best[position] = score
        return best

    def _alike(self, word: str) -> Iterator[tuple[str, float]]:
        first = bisect_left(self._vocabulary, word)
        for known in self._vocabulary[first:]:
            if not known.startswith(word):
                break
            yield known, 100.0 if known == word else _PREFIX
        if len(word) >= _SHORTEST_FUZZY and not word.isdecimal():
            yield from self._mistyped(word)

    def _mistyped(self, word: str) -> Iterator[tuple[str, float]]:
        """Yield the words that this one may be, or may be the beginning of, with errors."""
        for scorer, like_enough, shortest in (
            (fuzz.ratio, _LIKE_ENOUGH, _SHORTEST_FUZZY),
            (fuzz.partial_ratio, _PART_LIKE_ENOUGH, len(word)),
        ):
            for known, score, _ in process.extract(
                word, self._fuzzy_vocabulary, scorer=scorer, score_cutoff=like_enough, limit=None
            ):
                if len(known) >= shortest:
                    yield known, score * _PREFIX / 100


def closest(text: str, names: Sequence[str]) -> list[str]:
    """Return the names that a text may be the beginning of, or may mean; all for no text."""
    wanted = text.strip().casefold()
    if not wanted:
        return list(names)
    begun = [name for name in names if name.casefold().startswith(wanted)]
    alike = process.extract(
        wanted, names, scorer=fuzz.WRatio, processor=str.casefold, score_cutoff=_LIKE_ENOUGH
    )
    return list(dict.fromkeys([*begun, *(name for name, _, _ in alike)]))


def _by_reference(packs: Sequence[Pack]) -> dict[str, Pack]:
    # A slug of digits would stand for the pack that has them as its id.
    named = [(pack.slug, pack) for pack in reversed(packs) if pack.slug]
    slugs = {slug: pack for slug, pack in named if not slug.isdecimal()}
    any_case = {slug.casefold(): pack for slug, pack in slugs.items()}
    return any_case | slugs | {str(pack.id): pack for pack in packs}


def _words(pack: Pack) -> set[str]:
    classes = " ".join(one.name for one in pack.classes)
    text = f"{pack.title or ''} {pack.slug or ''} {pack.id} {classes}"
    return set(utils.default_process(text).split())
