"""The client with a real server: each endpoint, filter, fault and unit of money."""

from __future__ import annotations

import asyncio
import json
import sys
import time
import tracemalloc
import zlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import format_datetime
from pathlib import Path

import pytest
import structlog

from api.wire.allowance import allowance
from api.wire.client import AstriaClient
from api.wire.errors import (
    AstriaError,
    KeyRefused,
    NotFound,
    NotUnderstood,
    RateLimited,
    Unavailable,
)
from api.wire.models import Visibility, find_class
from api.wire.transport import LARGEST_BODY
from standins.astria.pack_builders import made_up_pack, recorded
from standins.astria.server import KEY, Astria, astria_server
from tests.conftest import Clock
from tests.waiting import until

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
async def client(astria: Astria) -> AsyncIterator[AstriaClient]:
    async with AstriaClient(astria.url, KEY, timeout=1) as client:
        yield client


async def test_recorded_pack_is_right(client: AstriaClient) -> None:
    pack = (await client.get_pack(260)).value
    assert (pack.id, pack.slug, pack.title) == (260, "corporate-headshots", "Corporate Headshots")
    assert pack.visibility is Visibility.PUBLIC
    assert pack.updated_at == datetime(2025, 4, 1, 13, 20, 2, 258000, UTC)
    assert [one.name for one in pack.classes] == ["woman", "man"]
    woman, man = pack.classes
    assert (woman.exact_cost, woman.num_images, len(woman.prompts)) == (Decimal("3.60"), 35, 35)
    assert (man.exact_cost, man.num_images, len(man.prompts)) == (Decimal("3.31"), 28, 28)
    assert woman.prompts[0].id == 18771572
    assert woman.prompts[0].images == (pack.cover_url,)


async def test_recorded_list_is_decoded(client: AstriaClient, astria: Astria) -> None:
    astria.answer("/packs", recorded("packs.json"))
    (pack,) = (await client.list_packs()).value
    assert (pack.id, pack.slug, pack.title) == (5, "test-rv5-1-pack", "test rv5.1 pack")
    assert (pack.base_tune_id, pack.user_id, pack.token) == (1, 1, "ohwx")
    assert (pack.multiplier, pack.model_type) == (Decimal(10), None)
    assert pack.visibility is Visibility.PRIVATE
    assert [(one.name, one.listed_units, one.exact_cost) for one in pack.classes] == [
        ("man", Decimal(200000), None),
        ("woman", Decimal(100000), None),
    ]


@pytest.mark.parametrize(
    ("filters", "query"),
    [
        ({}, ""),
        ({"public": True}, "public=true"),
        ({"listed": True}, "listed=true"),
        ({"public": True, "listed": True}, "public=true&listed=true"),
    ],
)
async def test_filters_and_key_are_sent(
    client: AstriaClient, astria: Astria, filters: dict[str, bool], query: str
) -> None:
    await client.list_packs(**filters)
    await client.list_gallery_packs(**filters)
    assert [request.path for request in astria.requests] == ["/packs", "/gallery/packs"]
    for request in astria.requests:
        assert request.query_string == query
        assert request.headers["Authorization"] == f"Bearer {KEY}"


async def test_workspace_is_sent_with_every_request(astria: Astria) -> None:
    async with AstriaClient(astria.url, KEY, timeout=1, workspace="all") as client:
        await client.list_packs()
        await client.list_gallery_packs()
        await client.get_pack(260)
        await client.probe()
    assert [request.headers["X-Workspace-Id"] for request in astria.requests] == ["all"] * 4


async def test_no_workspace_is_sent_without_setting(client: AstriaClient, astria: Astria) -> None:
    await client.get_pack(260)
    assert "X-Workspace-Id" not in astria.requests[0].headers


async def test_limit_and_offset_are_sent(client: AstriaClient, astria: Astria) -> None:
    await client.list_packs(public=True, listed=True, limit=100, offset=200)
    await client.list_gallery_packs(offset=20)
    assert [request.query_string for request in astria.requests] == [
        "public=true&listed=true&limit=100&offset=200", "offset=20"
    ]  # fmt: skip


@pytest.mark.parametrize("ref", [300, "300", "00300"])
async def test_answer_with_another_pack_is_refused(
    client: AstriaClient, astria: Astria, ref: str | int
) -> None:
    astria.answer(f"/p/{ref}", made_up_pack(260))
    with pytest.raises(NotUnderstood, match="pack 260 instead"):
        await client.get_pack(ref)


async def test_differing_costs_are_logged_once(client: AstriaClient, astria: Astria) -> None:
    astria.answer("/p/1", made_up_pack(1, costs={"cat": {"cost": 360, "cost_mc": 36_000}}))
    with structlog.testing.capture_logs() as lines:
        for _ in range(2):
            assert (await client.get_pack(1)).value.classes[0].exact_cost == Decimal("3.60")
    assert [(line["pack"], line["pack_class"], line["cost_mc_usd"]) for line in lines] == [
        (1, "cat", "0.36")
    ]


@pytest.mark.parametrize("ref", ["a/b", "../packs", "x?y=1#z", "für-alle", "a b", "%2e%2e"])
async def test_reference_is_escaped_in_path(client: AstriaClient, astria: Astria, ref: str) -> None:
    with pytest.raises(NotFound):
        await client.get_pack(ref)
    assert astria.requests[0].match_info["path"] == f"p/{ref}"


@pytest.mark.parametrize(
    "ref", ["", " ", ".", "..", "...", " . ", "x" * 256, "a\x00b", "26\n0", "\u202e"]
)
async def test_empty_reference_makes_no_request(
    client: AstriaClient, astria: Astria, ref: str
) -> None:
    with pytest.raises(NotFound):
        await client.get_pack(ref)
    assert not astria.requests


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, KeyRefused),
        (403, KeyRefused),
        (404, NotFound),
        (410, NotFound),
        (400, NotUnderstood),
        (301, NotUnderstood),
        (451, NotUnderstood),
        (408, Unavailable),
        (425, Unavailable),
        (500, Unavailable),
        (501, Unavailable),
        (502, Unavailable),
        (503, Unavailable),
        (504, Unavailable),
        (520, Unavailable),
        (524, Unavailable),
        (530, Unavailable),
    ],
)
async def test_status_becomes_error_for_operator(
    client: AstriaClient, astria: Astria, status: int, kind: type[AstriaError]
) -> None:
    astria.fail("/p/260", status, Location="https://elsewhere.example/")
    with pytest.raises(kind) as caught:
        await client.get_pack(260)
    assert caught.value.status == status
    assert caught.value.path == "/p/260"
    assert KEY not in str(caught.value)
    attempts = {500: 2, 501: 2, 504: 1, 524: 1}.get(status, 3 if kind is Unavailable else 1)
    assert len(astria.requests) == attempts
    assert caught.value.may_mean_gone is (status in {301, 401, 403, 451})


async def test_missing_list_is_not_a_missing_pack(client: AstriaClient, astria: Astria) -> None:
    astria.fail("/packs", 404)
    with pytest.raises(NotUnderstood):
        await client.list_packs()


@pytest.mark.parametrize(("header", "wait"), [("7", 7.0), (" 90 ", 90.0)])
async def test_retry_after_is_kept_in_error(
    client: AstriaClient, astria: Astria, header: str, wait: float
) -> None:
    astria.fail("/p/260", 429, **{"Retry-After": header})
    with pytest.raises(RateLimited) as caught:
        await client.get_pack(260)
    assert caught.value.retry_after == wait


@pytest.mark.parametrize("header", ["", "soon", "-1", "٣"])
async def test_429_without_retry_after_pauses_all_requests(
    client: AstriaClient, astria: Astria, clock: Clock, header: str
) -> None:
    astria.fail("/p/260", 429, **({"Retry-After": header} if header else {}))
    with pytest.raises(RateLimited) as caught:
        await client.get_pack(260)
    assert 25 <= caught.value.retry_after <= 35
    for ask in (client.list_packs, client.list_gallery_packs, client.probe):
        with pytest.raises(RateLimited, match="not asked"):
            await ask()
    assert len(astria.requests) == 1
    astria.answer("/packs", [])
    clock(22)
    with pytest.raises(RateLimited, match="not asked"):
        await client.list_packs()
    clock(14)
    assert (await client.list_packs()).value == ()


async def test_pause_after_429_is_random(astria: Astria) -> None:
    astria.fail("/p/260", 429)
    pauses: set[float] = set()
    for _ in range(5):
        async with AstriaClient(astria.url, KEY, timeout=1) as client:
            with pytest.raises(RateLimited) as caught:
                await client.get_pack(260)
            pauses.add(caught.value.retry_after)
    assert len(pauses) == 5


@pytest.mark.parametrize("status", [408, 425, 500])
async def test_temporary_failure_is_retried(
    client: AstriaClient, astria: Astria, status: int
) -> None:
    fault = astria.answer("/p/1", made_up_pack(1), status=status)
    asking = asyncio.create_task(client.get_pack(1))
    await until(lambda: bool(astria.requests))
    fault.status = 200
    assert (await asking).value.id == 1


async def test_retry_after_of_zero_still_pauses(patient: AstriaClient, astria: Astria) -> None:
    astria.fail("/p/260", 429, **{"Retry-After": "0"})
    began = time.monotonic()
    with pytest.raises(RateLimited):
        await patient.get_pack(260)
    assert len(astria.requests) <= 3
    assert time.monotonic() - began >= 2


async def test_temporary_fault_is_hidden_by_retry(client: AstriaClient, astria: Astria) -> None:
    fault = astria.answer("/p/1", made_up_pack(1), status=500)
    asking = asyncio.create_task(client.get_pack(1))
    await until(lambda: bool(astria.requests))
    fault.status = 200
    assert (await asking).value.id == 1


@pytest.fixture
async def patient(astria: Astria) -> AsyncIterator[AstriaClient]:
    async with AstriaClient(astria.url, KEY, timeout=9) as client:
        yield client


async def test_short_pause_is_obeyed_without_error(patient: AstriaClient, astria: Astria) -> None:
    fault = astria.answer("/p/1", made_up_pack(1), status=429, headers={"Retry-After": "1"})
    began = time.monotonic()
    asking = asyncio.create_task(patient.get_pack(1))
    await until(lambda: bool(astria.requests))
    fault.status = 200
    assert (await asking).value.id == 1
    assert time.monotonic() - began >= 1
    assert len(astria.requests) == 2


async def test_short_pause_applies_to_all_requests(patient: AstriaClient, astria: Astria) -> None:
    fault = astria.answer("/p/1", made_up_pack(1), status=429, headers={"Retry-After": "1"})
    asking = asyncio.create_task(patient.get_pack(1))
    await until(lambda: bool(astria.requests))
    await asyncio.sleep(0.1)
    another = asyncio.create_task(patient.get_pack(260))
    await asyncio.sleep(0.2)
    assert len(astria.requests) == 1
    fault.status = 200
    assert [(await task).value.id for task in (asking, another)] == [1, 260]
    assert len(astria.requests) == 3


async def test_long_pause_applies_to_all_requests(client: AstriaClient, astria: Astria) -> None:
    astria.fail("/p/260", 429, **{"Retry-After": "60"})
    with pytest.raises(RateLimited):
        await client.get_pack(260)
    with pytest.raises(RateLimited) as caught:
        await client.list_packs()
    assert 50 < caught.value.retry_after <= 60
    assert len(astria.requests) == 1


async def test_no_requests_while_astria_is_down(astria: Astria, clock: Clock) -> None:
    astria.fail("/p/1", 503)
    async with AstriaClient(astria.url, KEY, timeout=1) as client:
        for _ in range(4):
            with pytest.raises(Unavailable):
                await client.get_pack(1)
        asked = len(astria.requests)
        assert asked == 3 * 3
        with pytest.raises(Unavailable, match="not asked"):
            await client.get_pack(260)
        assert len(astria.requests) == asked
        clock(11)
        # One request goes first as a probe; the others wait for its result.
        gate = asyncio.Event()
        astria.answer("/p/1", made_up_pack(1), wait=gate)
        ahead = asyncio.create_task(client.get_pack(1))
        await asyncio.sleep(0)
        with pytest.raises(Unavailable, match="not asked"):
            await client.get_pack(260)
        gate.set()
        assert (await ahead).value.id == 1
        assert (await client.get_pack(260)).value.id == 260


@pytest.mark.parametrize("status", [502, 504, 520, 521, 522, 523, 524, 525, 526, 530])
async def test_server_down_status_of_a_proxy_counts_as_down(
    client: AstriaClient, astria: Astria, status: int
) -> None:
    astria.fail("/p/1", status)
    for _ in range(3):
        with pytest.raises(Unavailable):
            await client.get_pack(1)
    with pytest.raises(Unavailable, match="not asked"):
        await client.get_pack(260)


async def test_faults_of_several_packs_in_a_row_open_the_circuit(
    client: AstriaClient, astria: Astria, clock: Clock
) -> None:
    for number in (1, 2, 3):
        astria.fail(f"/p/{number}", 500)
        with pytest.raises(Unavailable, match="a fault"):
            await client.get_pack(number)
    with pytest.raises(Unavailable, match="not asked"):
        await client.get_pack(260)
    # A probe that fails in the same way does not end the pause.
    clock(11)
    with pytest.raises(Unavailable, match="a fault"):
        await client.get_pack(1)
    with pytest.raises(Unavailable, match="not asked"):
        await client.get_pack(260)
    clock(11)
    assert (await client.get_pack(260)).value.id == 260


async def test_cookies_are_not_stored(astria: Astria) -> None:
    cookie = {"Set-Cookie": "session=1; Path=/"}
    astria.answer("/p/1", made_up_pack(1), headers=cookie)
    address = astria.url.replace("127.0.0.1", "localhost")
    async with AstriaClient(address, KEY, timeout=1) as client:
        for _ in range(2):
            await client.get_pack(1)
    assert "Cookie" not in astria.requests[1].headers


async def test_faults_of_one_pack_do_not_block_others(client: AstriaClient, astria: Astria) -> None:
    astria.fail("/p/1", 500)
    for _ in range(4):
        with pytest.raises(Unavailable):
            await client.get_pack(1)
    assert (await client.get_pack(260)).value.id == 260


async def test_retry_after_date_is_understood(client: AstriaClient, astria: Astria) -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    astria.fail("/p/260", 429, **{"Retry-After": later})
    with pytest.raises(RateLimited) as caught:
        await client.get_pack(260)
    assert 60 < caught.value.retry_after <= 90


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"[", b"{}", b"[]", b"null", b'{"id": "x"}', b"[" * 100_000, b'"\xff"'],
)
async def test_answer_that_is_not_a_pack_is_not_understood(
    client: AstriaClient, astria: Astria, body: bytes
) -> None:
    astria.answer("/p/260", body=body)
    with pytest.raises(NotUnderstood):
        await client.get_pack(260)


async def test_answer_that_is_not_a_list_is_not_understood(
    client: AstriaClient, astria: Astria
) -> None:
    astria.answer("/packs", {"packs": []})
    with pytest.raises(NotUnderstood):
        await client.list_packs()


async def test_endless_answer_is_cut_off(client: AstriaClient, astria: Astria) -> None:
    astria.answer("/p/260", body=b" " * (LARGEST_BODY + 1))
    with pytest.raises(NotUnderstood, match="above"):
        await client.get_pack(260)


async def test_timeout_is_unavailable(astria: Astria) -> None:
    astria.answer("/p/260", {}, wait=asyncio.Event())
    async with AstriaClient(astria.url, KEY, timeout=0.05) as client:
        with pytest.raises(Unavailable, match="no answer in time"):
            await client.get_pack(260)


async def test_all_attempts_share_one_timeout(astria: Astria) -> None:
    astria.answer("/p/260", {}, status=500, delay=0.6)
    async with AstriaClient(astria.url, KEY, timeout=1) as client:
        with pytest.raises(Unavailable, match="no answer in time"):
            await client.get_pack(260)
    assert len(astria.requests) <= 2


async def test_compression_bomb_is_not_inflated(client: AstriaClient, astria: Astria) -> None:
    packed = zlib.compressobj(9, wbits=31)
    bomb = b"".join(packed.compress(bytes(2**20)) for _ in range(512)) + packed.flush()
    astria.answer("/p/260", body=bomb, headers={"Content-Encoding": "gzip"})
    tracemalloc.start()
    try:
        with pytest.raises(NotUnderstood, match="above"):
            await client.get_pack(260)
        assert tracemalloc.get_traced_memory()[1] < 3 * LARGEST_BODY
    finally:
        tracemalloc.stop()


async def test_body_that_cannot_be_inflated_is_not_understood(
    client: AstriaClient, astria: Astria
) -> None:
    astria.answer("/p/260", body=b"\x1f\x8bnot", headers={"Content-Encoding": "gzip"})
    with pytest.raises(Unavailable):
        await client.get_pack(260)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirect_does_not_send_key_elsewhere(
    client: AstriaClient, astria: Astria, status: int
) -> None:
    async with astria_server() as elsewhere:
        elsewhere.answer("/p/260", made_up_pack(260))
        astria.fail("/p/260", status, Location=f"{elsewhere.url}/p/260")
        with pytest.raises(NotUnderstood, match="a redirect"):
            await client.get_pack(260)
        assert not elsewhere.requests


async def test_base_address_may_have_a_path(astria: Astria) -> None:
    astria.answer("/api/v1/p/260", made_up_pack(260))
    astria.answer("/api/v1/packs?public=true", [{"id": 1}])
    prefixed = f"{astria.url}/api/v1"
    async with AstriaClient(prefixed, KEY, timeout=1) as client:
        assert (await client.get_pack(260)).value.id == 260
        assert len((await client.list_packs(public=True)).value) == 1


async def test_truncated_answer_is_unavailable(client: AstriaClient, astria: Astria) -> None:
    astria.answer("/p/260", list(range(1000)), cut_off=True)
    with pytest.raises(Unavailable):
        await client.get_pack(260)


async def test_connection_refused_is_unavailable() -> None:
    async with AstriaClient("http://127.0.0.1:1", KEY, timeout=1) as client:
        with pytest.raises(Unavailable) as caught:
            await client.get_pack(260)
    assert KEY not in str(caught.value)


async def test_bad_pack_does_not_hide_others(client: AstriaClient, astria: Astria) -> None:
    bad: list[object] = [None, 7, "pack", [], {}, {"id": None}, {"id": "x"}, {"id": -1}]
    good: list[object] = [{"id": 1}, {"id": "2", "cost_mc_hash": {"cat": "10000"}}, {"id": 1}]
    astria.answer("/packs", bad + good)
    with structlog.testing.capture_logs() as lines:
        one, two = (await client.list_packs()).value
    assert [(line["path"], line["count"]) for line in lines] == [("/packs", len(bad))]
    assert (one.id, two.id) == (1, 2)
    assert find_class(two.classes, "Cat") == two.classes[0]
    assert two.classes[0].listed_units == Decimal(10000)


LARGEST: dict[str, bytes] = {
    "nothing but lists": b"[" + b"[]," * 5_000_000 + b"[]]",
    "as many entries as are read": b"[" + b"{}," * 660_000 + b"{}]",
    "10,000 packs": json.dumps([{"id": n, "title": "x" * 900} for n in range(1, 10_001)]).encode(),
}

# A separate process: the server in the test's process is busy with its answers.
ASKING_FOR_FOUR = """
import asyncio, json, sys, time
from api.wire.client import AstriaClient
# ru_maxrss begins with what the parent had.
def most_memory():
    (line,) = (line for line in open("/proc/self/status") if line.startswith("VmHWM"))
    return int(line.split()[1])
async def main():
    longest, last = 0.0, time.perf_counter()
    async def watch():
        nonlocal longest, last
        while True:
            await asyncio.sleep(0.001)
            now = time.perf_counter()
            longest, last = max(longest, now - last), now
    before = most_memory()
    async with AstriaClient(sys.argv[1], "key", timeout=60) as client:
        watching = asyncio.create_task(watch())
        asked = [client.list_packs(offset=number) for number in range(4)]
        answers = await asyncio.gather(*asked, return_exceptions=True)
        watching.cancel()
    grown = most_memory() - before
    counts = [len(getattr(answer, "value", ())) for answer in answers]
    print(json.dumps([longest, grown / 1024, counts]))
asyncio.run(main())
"""


@pytest.mark.parametrize("name", LARGEST)
async def test_four_large_answers_do_not_block_event_loop(astria: Astria, name: str) -> None:
    astria.answer("/packs", body=LARGEST[name])
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", ASKING_FOR_FOUR, astria.url, cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    written, _ = await process.communicate()
    longest, megabytes, counts = json.loads(written.splitlines()[-1])
    assert counts == [10_000 if name == "10,000 packs" else 0] * 4
    assert longest < 0.5, f"{longest:.3f} s, where 0.1 s is the aim on an idle machine"
    assert megabytes < 150


class Purse:
    """An allowance for some requests."""

    def __init__(self, requests: int) -> None:
        self.left = requests

    def spend(self) -> float | None:
        if not self.left:
            return 1.0
        self.left -= 1
        return None


@pytest.mark.parametrize(("allowed", "attempts", "left"), [(0, 1, 0), (1, 2, 0), (9, 3, 7)])
async def test_each_retry_is_charged(
    client: AstriaClient, astria: Astria, allowed: int, attempts: int, left: int
) -> None:
    astria.fail("/p/1", 503)
    purse = Purse(allowed)
    allowance.set(purse)
    with pytest.raises(Unavailable):
        await client.get_pack(1)
    assert (astria.asked("/p/1"), purse.left) == (attempts, left)
