"""Replies to `/pack`, for the recorded pack and for any other answer of Astria."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import NoReturn, cast

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from api.cache.cached import Cached
from api.wire.models import Pack, PackClass, Price, Prompt
from cogs.interactions.reply import Reply
from cogs.language.words import words_for
from cogs.pack.carousel import ClassGone, PictureGone, Pictures, Place, open_carousel
from cogs.pack.embeds import customer_text
from cogs.ui.controls import class_key
from standins.astria.pack_builders import made_up_pack, pack_260
from tests.cogs.samples import NASTY, PACKS, WORDS, priced_pack, reply_of


def view_of(fields: Mapping[str, object], **place: object) -> Reply:
    pack = priced_pack(dict(fields))
    assert pack is not None
    return reply_of(pack, Place(pack.id, **place))  # pyright: ignore[reportArgumentType]


def labels(reply: Reply) -> dict[str, bool]:
    """Return by label whether each button is enabled."""
    assert reply.view is not None
    found: dict[str, bool] = {}
    for child in reply.view.children:
        item: object = getattr(child, "item", child)
        if isinstance(item, discord.ui.Button) and item.label:
            found[item.label] = not item.disabled
    return found


def test_recorded_pack_is_right() -> None:
    reply = view_of(pack_260())
    (embed,) = reply.embeds
    assert embed.title == "Corporate Headshots"
    assert embed.url == "https://www.astria.ai/p/corporate-headshots"
    assert str(embed.description).splitlines() == [
        "▸ **woman $3.60** · 35 images · $0.10 each",
        "man **$3.31** · 28 images · $0.12 each",
        "1 of 35",
    ]
    assert embed.footer.text == (
        "Pack 260 · corporate-headshots · updated Apr 1, 2025 · prompt 18771572 · as of"
    )
    assert embed.timestamp is not None
    assert abs((datetime.now(UTC) - embed.timestamp).total_seconds()) < 60
    # The cover would repeat the picture.
    assert (embed.thumbnail.url, embed.image.url) == (None, pack_260()["cover_url"])
    assert reply.content == (
        "Corporate Headshots · $3.31–$3.60 · <https://www.astria.ai/p/corporate-headshots>\n"
        "-# /pack id:260 class:woman"
    )
    assert not reply.private
    assert labels(reply) == {
        "Previous": False,
        "Go to… 1 / 35": True,
        "Next": True,
        "First": False,
        "Last": True,
        "Four pictures": True,
        "Text for a customer": True,
        "Compare with…": True,
        "On Astria": True,
        "Remove": True,
    }


def test_all_63_pictures_are_shown_once() -> None:
    pack = priced_pack(pack_260())
    assert pack is not None
    shown: list[str | None] = []
    for one in pack.classes:
        for index in range(len(one.prompts)):
            reply = reply_of(pack, Place(260, class_key(one.name), index))
            shown.append(reply.embeds[0].image.url)
    assert len(shown) == len(set(shown)) == 63


def test_four_at_a_time_are_one_grid() -> None:
    reply = view_of(pack_260(), size=4, index=32)
    assert len(reply.embeds) == 3
    assert {embed.url for embed in reply.embeds} == {"https://www.astria.ai/p/corporate-headshots"}
    assert "33–35 of 35" in str(reply.embeds[0].description)
    shown = labels(reply)
    assert shown["Go to… 33–35 / 35"]
    assert not shown["Next"]
    assert shown["Previous"]
    assert "One picture" in shown


def test_picture_stays_if_number_at_a_time_changes() -> None:
    pack = priced_pack(pack_260())
    assert pack is not None
    four = open_carousel(pack, open_carousel(pack, Place(260, index=6)).resized(4))
    assert (four.first, four.last) == (5, 8)
    one = open_carousel(pack, four.resized(1))
    assert (one.first, one.last) == (7, 7)


@pytest.mark.parametrize(
    "fields",
    [
        {"cover_url": None},
        {"costs": None},
        {"prompts_per_class": None},
        {"costs": None, "prompts_per_class": None, "cover_url": None, "title": None, "slug": None},
        {"title": NASTY * 8, "slug": "x" * 600},
        {"title": "\u202e\u200b\u2066"},
        {"title": "\u3164\u2800\u115f\uffa0\u1160", "slug": "\u3164"},
        {"title": "Z" + "\u0301" * 500},
        {"title": "🏳️‍🌈" * 200},
        {"cover_url": "javascript:alert(1)"},
        {"cover_url": "https://x.example/" + "a" * 2048},
        {"cover_url": "http://[bad"},
    ],
)
def test_odd_but_legal_packs_fit_a_reply(fields: dict[str, object]) -> None:
    view_of(made_up_pack(1, **fields))


@pytest.mark.parametrize(
    "blank", ["\u3164", "\u2800", " \u115f\u1160", "\uffa0", "\u034f", "\U0001d159"]
)
def test_invisible_title_counts_as_none(blank: str) -> None:
    assert view_of(made_up_pack(1, title=blank, slug=blank)).embeds[0].title == "Pack 1"


def test_pack_without_pictures_has_no_page_buttons() -> None:
    pack = made_up_pack(1, prompts_per_class={"cat": [{"id": 1, "images": None}]})
    reply = view_of(pack)
    (embed,) = reply.embeds
    assert embed.image.url == pack["cover_url"]
    assert embed.thumbnail.url is None
    assert "no example pictures" in str(embed.description)
    assert labels(reply) == {
        "Text for a customer": True,
        "Compare with…": True,
        "On Astria": True,
        "Remove": True,
    }


def test_prompt_may_have_several_pictures_or_none() -> None:
    images = ["https://x.example/1", "ftp://x.example/2", "https://x.example/3", "data:,x", " "]
    prompts = [{"id": 1, "images": images}, {"id": 2}, {"id": 3, "images": ["https://x.example/4"]}]
    reply = view_of(made_up_pack(1, prompts_per_class={"cat": prompts}), size=4)
    assert [embed.image.url for embed in reply.embeds] == [
        f"https://x.example/{number}" for number in (1, 3, 4)
    ]
    assert "prompts 1, 3" in str(reply.embeds[0].footer.text)


@pytest.mark.parametrize(
    "host",
    ["localhost", "x", "a_b.example", "a b.example", ".example", "a..example", "-a.example",
     "[::1]", "a" * 64 + ".example", "a.example.", "user@a.example", "a.example:99999"],
)  # fmt: skip
def test_picture_with_refused_host_is_left_out(host: str) -> None:
    pack = made_up_pack(1, cover_url=f"https://{host}/1.jpg", prompts_per_class={})
    assert view_of(pack).embeds[0].image.url is None


@pytest.mark.parametrize("host", ["a-b.c1.example", "A.EXAMPLE", "xn--mnchen-3ya.example:8443"])
def test_picture_of_any_other_host_is_shown(host: str) -> None:
    pack = made_up_pack(1, cover_url=f"https://{host}/1.jpg", prompts_per_class={})
    assert str(view_of(pack).embeds[0].image.url).lower() == f"https://{host}/1.jpg".lower()


def test_slug_stays_on_one_line() -> None:
    reply = view_of(made_up_pack(1, slug="a\n1. b\u202ec"))
    assert str(reply.embeds[0].footer.text).startswith("Pack 1 · a 1. bc · ")


def test_missing_costs_are_shown_as_unknown() -> None:
    costs = {"cat": {"cost": None, "num_images": 3}, "dog": {"cost": 0}, "ox": {"cost": 1,
             "num_images": 7}}  # fmt: skip
    (embed,) = view_of(made_up_pack(1, costs=costs)).embeds
    assert str(embed.description).splitlines()[:3] == [
        "▸ **cat** · price unknown · 3 images",
        "dog **$0.00** · number of images unknown",
        "ox **$0.01** · 7 images · under $0.01 each",
    ]


def test_fractions_of_a_cent_are_not_rounded_away() -> None:
    (embed,) = view_of(made_up_pack(1, costs={"cat": {"cost": "360.5"}})).embeds
    assert str(embed.description).startswith("▸ **cat $3.605** · number of images unknown")


def test_thirty_classes_can_all_be_reached() -> None:
    names = [f"class {number:02}" for number in range(30)]
    pack = priced_pack(
        made_up_pack(1, costs={name: {"cost": 1} for name in names}, prompts_per_class={})
    )
    assert pack is not None
    keys = {class_key(name) for name in names}
    reached: set[str] = set()
    waiting = {class_key(names[0])}
    while waiting:
        key = waiting.pop()
        reached.add(key)
        waiting |= _menu_values(reply_of(pack, Place(1, key))) - reached
    assert reached == keys


# crc32 gives the first two the same key, and the last one the key for no class.
COLLIDING = ["plumless", "buckeroo", "cat", "tsniuxo"]


def test_classes_whose_keys_would_collide_can_all_be_reached() -> None:
    pack = priced_pack(made_up_pack(1, costs={name: {"cost": 1} for name in COLLIDING}))
    assert pack is not None
    values = _menu_values(reply_of(pack, Place(1)))
    reached = {open_carousel(pack, Place(1, key)).pack_class for key in values}
    assert {one.name for one in reached if one} == {one.name for one in pack.classes}


def test_five_hundred_prompts() -> None:
    prompts = [{"id": n, "images": [f"https://x.example/{n}"]} for n in range(1, 501)]
    reply = view_of(made_up_pack(1, prompts_per_class={"cat": prompts}), index=499)
    assert "500 of 500" in str(reply.embeds[0].description)


class Unread(tuple[str, ...]):
    """A prompt's pictures that can be sliced, but not iterated."""

    def __iter__(self) -> NoReturn:
        raise AssertionError("each picture was looked at")


def test_last_of_300_000_pictures_is_found_quickly() -> None:
    prompts = [
        Prompt(number, Unread(f"https://x.example/{number}/{image}" for image in range(100)))
        for number in range(3_000)
    ]
    pack = Pack(id=1, classes=(PackClass("cat", prompts=tuple(prompts)),))
    place = Place(1, class_key("cat"), 299_999, 4)
    assert [embed.image.url for embed in reply_of(pack, place).embeds] == [
        f"https://x.example/2999/{image}" for image in range(96, 100)
    ]


@given(st.lists(st.integers(0, 4), max_size=6), st.integers(0, 20), st.integers(0, 5))
def test_pictures_between_two_indices(images: list[int], start: int, number: int) -> None:
    prompts = [
        Prompt(prompt, tuple(f"{prompt}/{image}" for image in range(count)))
        for prompt, count in enumerate(images)
    ]
    everything = [url for prompt in prompts for url in prompt.images]
    found = Pictures(prompts).between(start, start + number)
    assert [one.url for one in found] == everything[start : start + number]
    assert all(one.url.startswith(f"{one.prompt_id}/") for one in found)


def test_missing_class_or_picture_raises() -> None:
    pack = priced_pack(pack_260())
    assert pack is not None
    with pytest.raises(ClassGone):
        open_carousel(pack, Place(260, class_key("dog")))
    with pytest.raises(PictureGone):
        open_carousel(pack, Place(260, index=35))


def test_markup_stays_text() -> None:
    (embed,) = view_of(made_up_pack(1, title=NASTY)).embeds
    assert embed.title is not None
    for markup in ("**", "[click](", "`x`", "<@1>", "||", "@everyone", "https://"):
        assert markup not in embed.title.replace("\\" + markup[0], "")


def test_age_of_stale_data_is_shown() -> None:
    pack = priced_pack(pack_260())
    assert pack is not None
    old = str(reply_of(pack, Place(260), stale=True).embeds[0].description)
    assert "As of <t:" in old
    failing = str(reply_of(pack, Place(260), stale=True, failing=True).embeds[0].description)
    assert "Astria can't be reached; as of <t:" in failing
    assert "s of <t" not in str(reply_of(pack, Place(260)).embeds[0].description)


def test_reply_with_hidden_pack_is_private() -> None:
    reply = view_of(made_up_pack(1, public_at=None))
    assert reply.private
    private, unlisted = (
        "**🔒 Private** · Only you can see this, and it can't be shared.",
        "**🔗 Unlisted** · Only you can see this, and it can't be shared.",
    )
    assert private in str(reply.embeds[0].description)
    reply = view_of(made_up_pack(1, unlisted_at="2025-01-01"))
    assert reply.private
    assert unlisted in str(reply.embeds[0].description)
    pack = priced_pack(made_up_pack(1, unlisted_at="2025-01-01"))
    assert pack is not None
    (embed,) = reply_of(pack, Place(1), words_for("de")).embeds
    assert "**🔗 Nicht gelistet** · Nur du siehst das" in str(embed.description)


@pytest.mark.parametrize(
    ("locale", "first", "cover"),
    [
        ("en-US", "Pack number 1, cat, picture {number} of 3", "Pack number 1, cover"),
        ("de", "Pack number 1, Katze, Bild {number} von 3", "Pack number 1, Titelbild"),
    ],
)
def test_pictures_are_described(locale: str, first: str, cover: str) -> None:
    pack = priced_pack(made_up_pack(1))
    bare = priced_pack(made_up_pack(1, prompts_per_class={}))
    assert pack is not None
    assert bare is not None
    four = reply_of(pack, Place(1, size=4), words_for(locale))
    assert [described(embed) for embed in four.embeds] == [
        first.format(number=number) for number in (1, 2, 3)
    ]
    (embed,) = reply_of(bare, Place(1), words_for(locale)).embeds
    assert described(embed) == cover


def described(embed: discord.Embed) -> str | None:
    return cast("dict[str, dict[str, str]]", embed.to_dict())["image"]["description"]


def test_cover_is_thumbnail_if_it_fits_and_repeats_nothing() -> None:
    costs = {"cat": {"num_images": 3}}
    pack = priced_pack(made_up_pack(1, costs=costs))
    assert pack is not None
    hidden = replace(pack, classes=tuple(replace(one, price_shown=False) for one in pack.classes))
    (embed,) = reply_of(hidden, Place(1)).embeds
    assert embed.thumbnail.url == "https://pictures.example/1/cover.jpg"
    (embed,) = reply_of(pack, Place(1)).embeds
    assert embed.thumbnail.url is None


def test_hidden_price_is_not_mentioned() -> None:
    pack = priced_pack(pack_260())
    assert pack is not None
    classes = tuple(replace(one, price=None, price_shown=False) for one in pack.classes)
    hidden = replace(pack, classes=classes)
    reply = reply_of(hidden, Place(260))
    source = Cached(hidden, time.monotonic())
    shown = f"{reply.as_message!r} {customer_text(WORDS, hidden, source)}"
    assert "35 images" in shown
    for said in ("$", "price", "each", "unknown"):
        assert said not in shown


def test_text_has_the_price_range() -> None:
    def range_of(**cents: int | None) -> str | None:
        costs = {name: {"cost": cost} for name, cost in cents.items()}
        pack = priced_pack(made_up_pack(1, costs=costs, prompts_per_class={}))
        assert pack is not None
        return WORDS.price_range(pack.classes)

    assert range_of(a=100, b=250, c=150) == "$1.00–$2.50"
    assert range_of(a=100, b=100) == "$1.00"
    assert range_of(a=100, b=None) == "$1.00, others unknown"
    assert range_of(a=None) == "price unknown"
    assert range_of() is None
    assert WORDS.price_range([PackClass("a", Price(Decimal(1), approximate=True))]) == "about $1.00"
    mixed = [PackClass("a", Price(Decimal(1))), PackClass("b", Price(Decimal(2), "EUR"))]
    dollars = [mixed[0], PackClass("b", Price(Decimal("2.5")))]
    assert words_for("de").price_range(dollars) == "1,00–2,50\N{NO-BREAK SPACE}$"
    assert words_for("es-419").price_range(dollars) == (
        "USD\N{NO-BREAK SPACE}1.00–USD\N{NO-BREAK SPACE}2.50"
    )
    assert WORDS.price_range(mixed) == "$1.00 / €2.00"


def test_text_for_customer_has_public_prices() -> None:
    pack = priced_pack({**pack_260(), "subtitle": "For `work`", "reference_class_names": ["bag"]})
    assert pack is not None
    text = customer_text(WORDS, pack, Cached(pack, time.monotonic()))
    assert text.splitlines() == [
        "```",
        "Corporate Headshots",
        "For 'work'",
        "woman: $3.60, 35 images, $0.10 each",
        "man: $3.31, 28 images, $0.12 each",
        "You also need: a bag",
        "https://www.astria.ai/p/corporate-headshots",
        text.splitlines()[-2],
        "```",
    ]
    assert re.fullmatch(r"As of \w+ \d+, \d{4}", text.splitlines()[-2])


def test_text_for_customer_leaves_out_unknown_values() -> None:
    pack = Pack(id=1, classes=(PackClass("cat", price_shown=False),))
    lines = customer_text(WORDS, pack, Cached(pack, time.monotonic())).splitlines()
    assert "cat" in lines


def test_text_for_customer_fits_a_message() -> None:
    costs = {f"{n} {NASTY}": {"cost": 10**11, "num_images": 10**6} for n in range(60)}
    fields = {"title": "`" * 300, "subtitle": NASTY * 9, "slug": "ä" * 85, "costs": costs}
    pack = priced_pack(made_up_pack(1, **fields))
    assert pack is not None
    text = customer_text(WORDS, pack, Cached(pack, time.monotonic()))
    assert len(text) <= 2000
    assert text.count("```") == 2
    assert "more classes" in text


@pytest.mark.parametrize(
    ("index", "links"),
    [
        (0, "[▶ Watch the video](<https://x.example/0.mp4>)"),
        (1, "[▶ Watch the video](<https://x.example/1.mov>) · [📎 Open the file](<https://x.example/1.pdf>)"),
        (2, None),
    ],
)  # fmt: skip
def test_videos_and_files_are_linked_in_order(index: int, links: str | None) -> None:
    images = [
        ["https://x.example/0.mp4", "https://x.example/0.jpg"],
        ["https://x.example/1.jpg"],
        ["https://x.example/1.mov", "https://x.example/1.pdf"],
        ["https://x.example/2.jpg"],
    ]
    prompts = [{"id": n, "images": some} for n, some in enumerate(images, 1)]
    fields = {"cover_url": "https://x.example/cover.heic", "prompts_per_class": {"cat": prompts}}
    embed = view_of(made_up_pack(1, **fields), index=index).embeds[0]
    lines = str(embed.description).splitlines()
    assert f"{index + 1} of 3" in lines
    assert embed.image.url == f"https://x.example/{index}.jpg"
    assert "Cover: [📎 Open the file](<https://x.example/cover.heic>)" in lines
    assert (lines[-1] == links) if links else not lines[-1].startswith("[")


def test_subtitle_and_things_to_bring_are_shown() -> None:
    fields = {"subtitle": "For *work*", "reference_class_names": ["bag", "umbrella"]}
    (embed,) = view_of(made_up_pack(1, **fields)).embeds
    lines = str(embed.description).splitlines()
    assert lines[0] == "*For \\*work\\**"
    assert "You also need: a bag, an umbrella" in lines


def _menu_values(reply: Reply) -> set[str]:
    assert reply.view is not None
    rows = cast("list[Mapping[str, list[Mapping[str, object]]]]", reply.view.to_components())
    options = [item.get("options", []) for row in rows for item in row["components"]]
    return {str(one["value"]) for some in options for one in cast("list[dict[str, str]]", some)}


@given(PACKS, st.sampled_from([1, 4]), st.integers(0, 40))
def test_no_reply_breaks_a_limit(fields: dict[str, object], size: int, choice: int) -> None:
    pack = priced_pack(fields)
    assert pack is not None
    first = open_carousel(pack, Place(pack.id, size=size))
    reply_of(pack, first.place)
    reply_of(pack, first.at(choice))
    if pack.classes:
        other = pack.classes[choice % len(pack.classes)]
        reply_of(pack, first.place.in_class(class_key(other.name)))
