"""Packs that are hard to show, and the reply to a pack."""

from __future__ import annotations

import time
from decimal import Decimal

from hypothesis import strategies as st

from api.cache.cached import Cached
from api.catalogue.audience import EVERYONE
from api.catalogue.prices import PriceBook
from api.wire.decoding import decode_pack
from api.wire.models import Pack
from cogs.interactions.reply import Reply
from cogs.language.words import Words, words_for
from cogs.pack.carousel import Place, open_carousel
from cogs.pack.view import pack_reply
from tests.discord_limits import check_reply

WORDS = words_for("en-US")

NASTY = "**@everyone** [click](https://evil.example) `x` <@1> ||s|| # a > b \n- c 1. _d_ ~~e~~ "

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=400) | st.just(NASTY * 5)
URLS = st.sampled_from(
    ["https://x.example/a b", "http://ü.example/ñ?q=\u202e", "ftp://x", "https://", "//x", "x"]
) | st.text(max_size=30)
COSTS = st.fixed_dictionaries(
    {},
    optional={
        "cost": st.integers(-5, 10**13) | st.decimals(0, 10**6).map(str) | st.none(),
        "num_images": st.integers(-1, 10**7) | st.none(),
    },
)
PACKS = st.fixed_dictionaries(
    {"id": st.integers(1, 2**63 - 1)},
    optional={
        "title": TEXT,
        "slug": TEXT,
        "cover_url": URLS,
        "updated_at": st.datetimes().map(str),
        "public_at": st.datetimes().map(str) | st.none(),
        "costs": st.dictionaries(TEXT, COSTS, max_size=30),
        "prompts_per_class": st.dictionaries(
            TEXT,
            st.lists(
                st.fixed_dictionaries(
                    {"id": st.integers(0, 2**63 - 1), "images": st.lists(URLS, max_size=5)}
                ),
                max_size=6,
            ),
            max_size=6,
        ),
    },
)


_PRICES = PriceBook(Decimal(10_000))


def priced_pack(value: object) -> Pack | None:
    """Return the pack of an answer of Astria as everyone sees it; None if it is not a pack."""
    pack = decode_pack(value)
    return _PRICES.now.priced(pack, EVERYONE) if pack else None


def reply_of(
    pack: Pack, place: Place, words: Words = WORDS, *, stale: bool = False, failing: bool = False
) -> Reply:
    """Return the reply to a pack at a place; fail if Discord would refuse it."""
    source = Cached(pack, time.monotonic(), stale=stale, failing=failing)
    reply = pack_reply(words, open_carousel(pack, place), source)
    check_reply(reply)
    return reply
