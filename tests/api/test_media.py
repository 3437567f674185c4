"""Addresses of pictures: which ones Discord accepts unchanged, and which it can show."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from api.wire.media import link_kind, web_address
from api.wire.models import LinkKind


@pytest.mark.parametrize(
    "address",
    [
        "https://sdbooth2-production.s3.amazonaws.com/2bcwnrw4tlwbk8nao4yy8lx1s9h3",
        "https://x.example/a%2Fb%40c%2f?sig=%2b%3D&e=1#t",
        "https://x.example/%7Euser/%41?X-Amz-Credential=A%2F2025&sig=a+b==",
        "https://X.Example:8443/a//b/../c",
        "http://a-b.c1.example",
        "https://xn--mnchen-3ya.example/?",
        "https://x.example/(a)'b'!*;:@&=+$,",
    ],
)
def test_valid_address_stays_unchanged(address: str) -> None:
    assert web_address(address) == address


@pytest.mark.parametrize(
    ("address", "repaired"),
    [
        ("https://x.example/a b", "https://x.example/a%20b"),
        ("https://x.example/a b%2Fc%2f%7E", "https://x.example/a%20b%2Fc%2f%7E"),
        ("https://x.example/100%", "https://x.example/100%25"),
        ("https://münchen.example/ü?q=ü", "https://xn--mnchen-3ya.example/%C3%BC?q=%C3%BC"),
        ("https://x.example/[a]", "https://x.example/%5Ba%5D"),
        ("https://x.example:/a", "https://x.example/a"),
    ],
)
def test_only_forbidden_characters_are_escaped(address: str, repaired: str) -> None:
    assert web_address(address) == repaired


@pytest.mark.parametrize(
    "address",
    [
        None, "", "x", "//x.example/a", "ftp://x.example/a", "javascript:alert(1)", "data:,x",
        "https://", "https:///a", "https://localhost/a", "https://a_b.example/", "https://.example/",
        "https://a..example/", "https://-a.example/", "https://a.example./", "http://[bad",
        "https://user@x.example/", "https://:pw@x.example/", "https://u:p@x.example/",
        "https://@x.example/", "https://x.example@evil.example/", "https://127.0.0.1/a",
        "https://[::1]/a", "https://[::ffff:1.2.3.4]/", "https://0x7f.0.0.0x1/", "https://1.2.3/",
        "https://x.example:0/a", "https://x.example:99999/",
        "https://\uff11\uff12\uff17.0.0.1/", "https://x.example\\@evil.example/",
        "https://x.example/" + "a" * 2048, "https://x.example/" + "ü" * 500,
    ],
)  # fmt: skip
def test_address_that_discord_refuses_is_none(address: str | None) -> None:
    assert web_address(address) is None


@given(
    st.text(max_size=60)
    | st.builds(
        "{}://{}/{}".format, st.sampled_from(["http", "https", "HTTPS"]), st.text(), st.text()
    )
)
def test_accepted_address_has_a_public_host(text: str) -> None:
    address = web_address(text)
    if address is None:
        return
    assert address.isascii()
    assert not any(character.isspace() for character in address)
    url = URL(address, encoded=True)
    assert url.scheme in {"http", "https"}
    assert url.host is not None
    assert "." in url.host
    # As it is sent: newer versions of Unicode have letters that Python does not know.
    assert (url.raw_host or "").rpartition(".")[2][0].isalpha()
    assert (url.user, url.password) == (None, None)
    assert url.port
    assert web_address(address) == address


@pytest.mark.parametrize(
    ("name", "content_type", "kind"),
    [
        ("abc", None, None),
        ("abc.jpg", "binary/octet-stream", None),
        ("abc.mp4", "application/octet-stream", LinkKind.VIDEO),
        ("abc.MOV", None, LinkKind.VIDEO),
        ("abc.mp4", "image/png", None),
        ("abc", "video/mp4", LinkKind.VIDEO),
        ("abc.jpg", "video/quicktime", LinkKind.VIDEO),
        ("abc", "image/heic", LinkKind.FILE),
        ("abc", "image/svg+xml", LinkKind.FILE),
        ("abc", "application/pdf", LinkKind.FILE),
        ("abc.heic", None, LinkKind.FILE),
        ("abc.svg", "", LinkKind.FILE),
        ("v2.final", None, None),
        ("abc.mp4/poster", None, None),
        ("abc", "video", None),
    ],
)
def test_kind_of_address_is_detected(
    name: str, content_type: str | None, kind: LinkKind | None
) -> None:
    assert link_kind(f"https://x.example/{name}?a=b.mp4", content_type) is kind
