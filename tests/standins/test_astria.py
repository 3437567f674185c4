"""The stand-in for Astria answers as Astria does."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import aiohttp
import pytest

from standins.astria.demo_packs import demo_packs
from standins.astria.pack_builders import Json, made_up_pack, pack_260
from standins.astria.server import KEY, Astria, astria_server
from standins.astria.shapes import SHAPES
from tests.shapes import in_every_shape, in_shapes

MANY = [made_up_pack(number) for number in range(50, 0, -1)]


async def ask(astria: Astria, path: str, **headers: str) -> tuple[int, str, Any]:
    """Return the status, the type and the value of an answer."""
    async with (
        aiohttp.ClientSession() as session,
        session.get(astria.url + path, headers=headers) as response,
    ):
        kind = response.content_type
        value = await response.json() if kind == "application/json" else await response.text()
        return response.status, kind, value


async def ids(astria: Astria, path: str, **headers: str) -> list[int]:
    status, _, packs = await ask(astria, path, **headers)
    assert status == 200
    return [int(pack["id"]) for pack in packs]


def prices(pack: Json, mc_per_usd: int) -> set[tuple[str, Decimal]]:
    """Return all prices in a pack, in US dollars, by class."""
    hashed = pack.get("cost_mc_hash", {})
    found = {(name, Decimal(units) / mc_per_usd) for name, units in hashed.items()}
    for name, cost in pack.get("costs", {}).items():
        found |= {(name, Decimal(cost["cost"]) / 100)} if "cost" in cost else set()
        found |= {(name, Decimal(cost["cost_mc"]) / 100_000)} if "cost_mc" in cost else set()
    return found


@in_every_shape
async def test_every_shape_has_the_same_prices(astria: Astria) -> None:
    for path in ("/packs", "/gallery/packs", "/p/260", "/p/corporate-headshots"):
        _, _, value = await ask(astria, path)
        pack: Json = value if path.startswith("/p/") else value[0]
        said = prices(pack, astria.shape.mc_per_usd)
        assert said == {("woman", Decimal("3.60")), ("man", Decimal("3.31"))}


@in_every_shape
async def test_every_figure_of_a_shape_is_sent(astria: Astria) -> None:
    (listed,), detail = (await ask(astria, "/packs"))[2], (await ask(astria, "/p/260"))[2]
    for pack, wanted in ((listed, astria.shape.listed), (detail, astria.shape.detailed)):
        assert ("cost_mc_hash" in pack) == ("cost_mc_hash" in wanted)
        for name in ("cost", "cost_mc"):
            has = all(name in cost for cost in pack.get("costs", {"": {}}).values())
            assert has == (name in wanted)


@in_every_shape
async def test_every_shape_has_all_pictures(astria: Astria) -> None:
    _, _, pack = await ask(astria, "/p/260")
    shown = pack.get("template_prompts") or [
        prompt for prompts in pack["prompts_per_class"].values() for prompt in prompts
    ]
    entries = [
        (image if isinstance(image, str) else image["url"], kind)
        for prompt in shown
        for image, kind in zip(
            prompt["images"],
            prompt.get("content_types", ["image/jpeg"] * len(prompt["images"])),
            strict=True,
        )
    ]
    assert len({address for address, kind in entries if kind == "image/jpeg"}) == 63
    assert (astria.shape.images == "videos") == any(kind == "video/mp4" for _, kind in entries)


async def test_list_is_paged() -> None:
    async with astria_server() as astria:
        astria.offer(*MANY)
        assert await ids(astria, "/packs?offset=20&limit=5") == list(range(50, 0, -1))
        astria.shape = SHAPES["pages of 20"]
        assert await ids(astria, "/packs") == list(range(50, 30, -1))
        assert await ids(astria, "/packs?offset=40") == list(range(10, 0, -1))
        assert await ids(astria, "/packs?offset=60") == []
        assert await ids(astria, "/packs?limit=1000&offset=0") == list(range(50, 0, -1))
        astria.shape = SHAPES["small offsets"]
        assert (await ask(astria, "/packs?offset=201"))[0] == 400


async def test_filters() -> None:
    async with astria_server() as astria:
        astria.offer(
            made_up_pack(1), made_up_pack(2, public_at=None), made_up_pack(3, unlisted_at="2025")
        )
        assert await ids(astria, "/packs") == [1, 2, 3]
        assert await ids(astria, "/packs?public=true") == [1, 3]
        assert await ids(astria, "/packs?listed=true") == [1, 2]
        assert await ids(astria, "/packs?public=true&listed=true") == [1]


async def test_workspaces() -> None:
    async with astria_server() as astria:
        astria.offer(made_up_pack(1))
        astria.offer(made_up_pack(2), workspace="7")
        astria.offer(made_up_pack(3), gallery=True)
        assert await ids(astria, "/packs") == [1]
        assert await ids(astria, "/packs", **{"X-Workspace-Id": "7"}) == [2]
        assert await ids(astria, "/packs", **{"X-Workspace-Id": "all"}) == [1, 2]
        assert (await ask(astria, "/p/2"))[0] == 404
        assert (await ask(astria, "/p/2", **{"X-Workspace-Id": "7"}))[0] == 200
        assert (await ask(astria, "/p/3", **{"X-Workspace-Id": "7"}))[0] == 200


async def test_refusals() -> None:
    async with astria_server(key=KEY) as astria:
        astria.offer(pack_260())
        good = {"Authorization": f"Bearer {KEY}"}
        refused = await ask(astria, "/packs")
        assert refused == (401, "text/plain", "HTTP Token: Access denied.\n")
        missing = await ask(astria, "/p/1", **good)
        assert missing == (404, "application/json", {"status": 404, "error": "Not Found"})
        assert (await ask(astria, "/packs?limit=many", **good))[0] == 422
        astria.fail("/packs", 426)
        assert (await ask(astria, "/packs", **good))[0] == 426
        assert (await ask(astria, "/p/260.json", **good))[2]["id"] == 260


@in_shapes(["the page"])
async def test_last_fixed_answer_wins(astria: Astria) -> None:
    astria.answer("/packs?public=true", [])
    assert await ids(astria, "/packs?public=true&listed=true") == []
    assert await ids(astria, "/packs") == [260]
    astria.answer_all({}, status=503)
    assert (await ask(astria, "/p/260"))[0] == (await ask(astria, "/gallery/packs"))[0] == 503
    astria.offer(pack_260())
    assert await ids(astria, "/packs") == [260]


@pytest.mark.parametrize("shape", SHAPES)
async def test_demo_works_in_every_shape(shape: str) -> None:
    packs = demo_packs()
    async with astria_server() as astria:
        astria.shape = SHAPES[shape]
        astria.offer(*packs.mine)
        truth = {
            (pack["id"], name, Decimal(cost["cost"]) / 100)
            for pack in packs.mine
            for name, cost in pack["costs"].items()
        }
        said = {
            (int(pack["id"]), name, price)
            for pack in (await ask(astria, "/packs"))[2]
            for name, price in prices(pack, astria.shape.mc_per_usd)
        }
        assert said == truth
