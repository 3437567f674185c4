"""What `/pack` shows, for the recorded pack and for whatever else Astria may answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cogs.interactions.replies import Reply
from cogs.pack.carousel import ClassGone, PictureGone, Place, open_carousel
from cogs.ui.controls import class_key
from tests.astria import made_up_pack, pack_260
from tests.cogs.samples import NASTY, PACKS, priced_pack, reply_of


def view_of(fields: Mapping[str, object], **place: object) -> Reply:
    pack = priced_pack(dict(fields))
    assert pack is not None
    return reply_of(pack, Place(pack.id, **place))  # pyright: ignore[reportArgumentType]


def labels(reply: Reply) -> dict[str, bool]:
    """Return the buttons by their label, with whether each can be pressed."""
    assert reply.view is not None
    found: dict[str, bool] = {}
    for child in reply.view.children:
        item: object = getattr(child, "item", child)
        if isinstance(item, discord.ui.Button) and item.label:
            found[item.label] = not item.disabled
    return found


def test_the_recorded_pack() -> None:
    reply = view_of(pack_260())
    (embed,) = reply.embeds
    assert embed.title == "Corporate Headshots"
    assert embed.url == "https://www.astria.ai/p/corporate-headshots"
    assert [(field.name, field.value) for field in embed.fields] == [
        ("woman", "**$3.60**\n35 images\n$0.10 per image"),
        ("man", "**$3.31**\n28 images\n$0.12 per image"),
    ]
    assert embed.description is not None
    assert embed.description.startswith("**woman** · 1 of 35 · Prompt 18771572\nPack 260")
    assert "<t:1743513602:D>" in embed.description
    assert embed.footer.text == "/pack id:260 class:woman"
    assert (embed.thumbnail.url, embed.image.url) == (pack_260()["cover_url"],) * 2
    assert not reply.private
    assert labels(reply) == {
        "Previous": False,
        "Go to… 1 / 35": True,
        "Next": True,
        "First": False,
        "Last": True,
        "Four pictures": True,
        "Open on Astria": True,
        "Remove": True,
    }


def test_all_63_pictures_are_there_once() -> None:
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


def test_the_same_picture_stays_when_the_number_changes() -> None:
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
        {"title": "Z" + "\u0301" * 500},
        {"title": "🏳️‍🌈" * 200},
        {"cover_url": "javascript:alert(1)"},
        {"cover_url": "https://x.example/" + "a" * 2048},
        {"cover_url": "http://[bad"},
    ],
)
def test_nasty_but_legal(fields: dict[str, object]) -> None:
    view_of(made_up_pack(1, **fields))


def test_nothing_to_click_through() -> None:
    pack = made_up_pack(1, prompts_per_class={"cat": [{"id": 1, "images": None}]})
    reply = view_of(pack)
    (embed,) = reply.embeds
    assert embed.image.url == pack["cover_url"]
    assert embed.thumbnail.url is None
    assert "no example pictures" in str(embed.description)
    assert labels(reply) == {"Open on Astria": True, "Remove": True}


def test_a_prompt_may_have_several_pictures_or_none_that_can_be_shown() -> None:
    images = ["https://x.example/1", "ftp://x.example/2", "https://x.example/3", "data:,x", " "]
    prompts = [{"id": 1, "images": images}, {"id": 2}, {"id": 3, "images": ["https://x.example/4"]}]
    reply = view_of(made_up_pack(1, prompts_per_class={"cat": prompts}), size=4)
    assert [embed.image.url for embed in reply.embeds] == [
        f"https://x.example/{number}" for number in (1, 3, 4)
    ]
    assert "Prompts 1, 3" in str(reply.embeds[0].description)


@pytest.mark.parametrize(
    "host",
    ["localhost", "x", "a_b.example", "a b.example", ".example", "a..example", "-a.example",
     "[::1]", "a" * 64 + ".example", "a.example.", "user@a.example", "a.example:99999"],
)  # fmt: skip
def test_a_picture_whose_host_discord_refuses_is_left_out(host: str) -> None:
    reply = view_of(made_up_pack(1, cover_url=f"https://{host}/1.jpg"))
    assert reply.embeds[0].thumbnail.url is None
    assert reply.embeds[0].image.url == "https://pictures.example/1/0.jpg"


@pytest.mark.parametrize("host", ["a-b.c1.example", "A.EXAMPLE", "xn--mnchen-3ya.example:8443"])
def test_a_picture_of_any_other_host_is_shown(host: str) -> None:
    reply = view_of(made_up_pack(1, cover_url=f"https://{host}/1.jpg"))
    assert reply.embeds[0].thumbnail.url == f"https://{host}/1.jpg"


def test_a_slug_stays_on_its_line() -> None:
    reply = view_of(made_up_pack(1, slug="a\n1. b\u202ec"))
    assert str(reply.embeds[0].description).splitlines()[1] == "Pack 1 · a 1. bc"


def test_unknown_costs_are_unknown() -> None:
    costs = {"cat": {"cost": None, "num_images": 3}, "dog": {"cost": 0}, "ox": {"cost": 1,
             "num_images": 7}}  # fmt: skip
    (embed,) = view_of(made_up_pack(1, costs=costs)).embeds
    assert [field.value for field in embed.fields] == [
        "price unknown\n3 images",
        "**$0.00**\nnumber of images unknown",
        "**$0.01**\n7 images\nunder $0.01 per image",
    ]


def test_fractions_of_a_cent_are_not_rounded_away() -> None:
    (embed,) = view_of(made_up_pack(1, costs={"cat": {"cost": "360.5"}})).embeds
    assert embed.fields[0].value == "**$3.605**\nnumber of images unknown"


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


# crc32 gives the first two the same key, and the last one the key that stands for no class.
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


def test_a_place_that_is_no_more() -> None:
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


def test_the_age_of_old_data_is_said() -> None:
    pack = priced_pack(pack_260())
    assert pack is not None
    old = str(reply_of(pack, Place(260), stale=True).embeds[0].description)
    assert "As of <t:" in old
    failing = str(reply_of(pack, Place(260), stale=True, failing=True).embeds[0].description)
    assert "Astria cannot be reached; as of <t:" in failing
    assert "s of <t" not in str(reply_of(pack, Place(260)).embeds[0].description)


def test_a_pack_that_is_not_public_is_private() -> None:
    reply = view_of(made_up_pack(1, public_at=None))
    assert reply.private
    assert "Not public" in str(reply.embeds[0].description)


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
