"""Settings are read, and wrong ones are reported."""

from __future__ import annotations

import codecs
import os
from dataclasses import fields
from decimal import Decimal
from pathlib import Path

import pytest

import bot
from api.catalogue.shop_file import ShopFile
from cogs.packs_bot import PacksBot
from config import (
    HttpSettings,
    ProductionSettings,
    Settings,
    SettingsError,
    load_settings,
    misnamed_settings,
)

ROOT = Path(__file__).parent.parent

NAMES = {one.name.upper() for one in fields(ProductionSettings)}
REQUIRED = {"DISCORD_TOKEN": "marked-token", "ASTRIA_API_KEY": "marked-key"}


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in os.environ:
        if name.upper().removesuffix("_FILE") in NAMES:
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def given(monkeypatch: pytest.MonkeyPatch, **values: str) -> None:
    for name, value in (REQUIRED | values).items():
        monkeypatch.setenv(name, value)


def loaded(monkeypatch: pytest.MonkeyPatch, **values: str) -> ProductionSettings:
    given(monkeypatch, **values)
    return load_settings(ProductionSettings)


def problems(monkeypatch: pytest.MonkeyPatch, **values: str) -> list[str]:
    with pytest.raises(SettingsError) as raised:
        loaded(monkeypatch, **values)
    assert "marked" not in str(raised.value)
    return raised.value.problems


def test_all_faults_are_reported_at_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CACHE_TTL_SECONDS", "soon")
    monkeypatch.setenv("DISCORD_TOKEN", "two words")
    monkeypatch.setenv("PACK_SOURCE", "all-of-them")
    assert bot.main([]) == 2
    said = capsys.readouterr().err
    for name in ("CACHE_TTL_SECONDS", "DISCORD_TOKEN", "PACK_SOURCE", "ASTRIA_API_KEY is missing"):
        assert name in said
    for value in ("two words", "soon", "all-of-them", "Traceback"):
        assert value not in said


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ASTRIA_API_URL", "astria.ai"),
        ("ASTRIA_API_URL", "https://a.example/?key=1"),
        ("ASTRIA_API_URL", "https://:pw@a.example/"),
        ("ASTRIA_API_URL", "http://a.example"),
        ("ASTRIA_API_URL", "http://10.0.0.1"),
        ("ASTRIA_API_URL", "http://localhost.example"),
        ("ASTRIA_ALLOW_HTTP", "perhaps"),
        ("ASTRIA_WORKSPACE_ID", "two words"),
        ("ASTRIA_COST_MC_PER_USD", "0"),
        ("ASTRIA_COST_MC_PER_USD", "nan"),
        ("ASTRIA_COST_MC_PER_USD", "many"),
        ("ASTRIA_COST_MC_PER_USD", "sNaN"),
        ("OWN_PACKS", "all"),
        ("COSTS_SHOWN_TO", "members"),
        ("STAFF_GUILD_IDS", "1,two"),
        ("STAFF_GUILD_IDS", "0"),
        ("PUBLIC_LANGUAGE", "it"),
        ("ANNOUNCE_CHANNEL_ID", "#news"),
        ("ANNOUNCE_CHANNEL_ID", "123"),  # with CACHE_URL in memory
        ("CACHE_URL", "disk://"),
        ("CACHE_URL", "disk://data/cache"),
        ("CACHE_URL", "redis://"),
        ("CACHE_URL", "memcached://host"),
        ("STALE_TTL_SECONDS", "10"),
        ("STALE_TTL_SECONDS", "inf"),
        ("ASTRIA_TIMEOUT_SECONDS", "-1"),
        ("ASTRIA_TIMEOUT_SECONDS", "1e999"),
        ("HTTP_PORT", "65536"),
        ("HTTP_PORT", "80.5"),
        ("HTTPS_PROXY", "socks5://proxy.example"),
        ("HTTP_PROXY", "http://"),
        ("LOG_LEVEL", "LOUD"),
        ("LOG_FORMAT", "xml"),
        ("SHARD_COUNT", "0"),
        ("SHARD_IDS", "0,1"),
        ("SHARD_IDS", "-1"),
        ("SHARD_IDS", "a"),
        ("DEV_GUILD_ID", "my server"),
    ],
)
def test_wrong_setting_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    (problem,) = problems(monkeypatch, **{name: value})
    assert problem.startswith(f"{name} is not usable: expected ")
    assert len(problem) > len(f"{name} is not usable: expected ")


async def test_good_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = loaded(
        monkeypatch,
        PACK_SOURCE=" Mine ",
        LOG_LEVEL="debug",
        LOG_FORMAT="JSON",
        SHARD_COUNT="4",
        SHARD_IDS="0, 3",
        CACHE_URL="redis://:marked@host:6379/0",
        ASTRIA_API_URL="http://127.0.0.1:1/",
        ASTRIA_COST_MC_PER_USD="100000",
        CACHE_TTL_SECONDS="1e2",
        COSTS_SHOWN_TO="Nobody",
        STAFF_GUILD_IDS="12, 34",
        ANNOUNCE_CHANNEL_ID="56",
        DEV_GUILD_ID="",
    )
    assert settings.shard_ids == (0, 3)
    assert settings.astria_api_url == "http://127.0.0.1:1"
    assert settings.astria_cost_mc_per_usd == Decimal(100000)
    assert settings.cache_ttl_seconds == 100.0
    assert (settings.log_level, settings.log_format) == ("DEBUG", "json")
    assert settings.costs_shown_to == "nobody"
    assert settings.staff_guild_ids == (12, 34)
    assert settings.announce_channel_id == 56
    assert settings.dev_guild_id is None
    assert "marked" not in repr(settings)
    assert PacksBot(settings, "key").shard_ids == [0, 3]


def test_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = loaded(monkeypatch, ASTRIA_COST_MC_PER_USD="Auto")
    assert settings.astria_cost_mc_per_usd is None
    secrets = {one: getattr(settings, one) for one in ("discord_token", "astria_api_key")}
    assert settings == ProductionSettings(**secrets)


def test_shop_file_is_checked_with_the_settings(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "shop.toml").write_text("[words]\nlinkedin = []")
    first, second = problems(monkeypatch, SHOP_FILE="shop.toml", HTTP_PORT="http")
    assert first.startswith("HTTP_PORT is not usable")
    assert second == "SHOP_FILE: shop.toml, line 2: expected at least one pack"
    (tmp_path / "shop.toml").write_text("[words]\nlinkedin = 260")
    settings = loaded(monkeypatch, SHOP_FILE="shop.toml", HTTP_PORT="")
    assert ShopFile(settings.shop_file).shop.words == {"linkedin": ("260",)}


def test_health_check_needs_only_the_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given(monkeypatch, SHOP_FILE="missing.toml", CACHE_TTL_SECONDS="soon", HTTP_PORT="81")
    assert load_settings(HttpSettings).http_port == 81


def test_http_is_allowed_by_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    url = "http://astria.internal"
    settings = loaded(monkeypatch, ASTRIA_API_URL=url, ASTRIA_ALLOW_HTTP="true")
    assert settings.astria_api_url == url


def test_same_secret_twice_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    (problem,) = problems(monkeypatch, ASTRIA_API_KEY="marked-token")
    assert "same" in problem


@pytest.mark.parametrize("quote", ['"', "'"])
def test_quotes_around_a_value_are_removed(monkeypatch: pytest.MonkeyPatch, quote: str) -> None:
    settings = loaded(
        monkeypatch,
        DISCORD_TOKEN=f"{quote}Bot marked-token{quote}",
        ASTRIA_API_KEY=f"{quote}Bearer marked-key{quote}",
        HTTP_PORT=f" {quote}81{quote} ",
        LOG_LEVEL=quote * 2,
    )
    assert settings.discord_token.get_secret_value() == "marked-token"
    assert settings.astria_api_key.get_secret_value() == "marked-key"
    assert settings.http_port == 81


def test_unmatched_quotes_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    (problem,) = problems(monkeypatch, HTTP_PORT="\"81'")
    assert problem.startswith("HTTP_PORT is not usable")


def test_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    content = 'export HTTP_PORT="81"\nLOG_LEVEL=debug # loud\n'
    (tmp_path / ".env").write_text(content, encoding="utf-8-sig")
    settings = loaded(monkeypatch, HTTP_PORT="82")
    assert (settings.http_port, settings.log_level) == (82, "DEBUG")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (codecs.BOM_UTF16_LE + "A=b".encode("utf-16-le"), "UTF-16"),
        (codecs.BOM_UTF16_BE + "A=b".encode("utf-16-be"), "UTF-16"),
        ("A=b".encode("utf-16-le"), "UTF-16"),
        ("A=\u00fc".encode("latin-1"), "not UTF-8"),
    ],
)
def test_file_in_another_encoding_is_refused(tmp_path: Path, content: bytes, says: str) -> None:
    (tmp_path / ".env").write_bytes(content)
    with pytest.raises(SettingsError, match=rf"\.env is {says} text; save it as UTF-8"):
        load_settings(Settings)


def test_directory_named_env_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".env").mkdir()
    with pytest.raises(SettingsError, match=r"\.env is a directory"):
        load_settings(Settings)


def test_unreadable_env_file_is_refused(tmp_path: Path) -> None:
    # Root cannot open a link to itself either.
    (tmp_path / ".env").symlink_to(tmp_path / ".env")
    with pytest.raises(SettingsError, match=r"\.env cannot be read: "):
        load_settings(Settings)


def test_secrets_are_read_from_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    values = {
        "DISCORD_TOKEN": "marked-token",
        "ASTRIA_API_KEY": "marked-key",
        "CACHE_URL": "mem://",
    }
    for name, value in values.items():
        (tmp_path / name).write_text(f"{value}\n")
        monkeypatch.setenv(f"{name}_FILE", str(tmp_path / name))
    settings = load_settings(ProductionSettings)
    assert settings.discord_token.get_secret_value() == "marked-token"
    assert settings.astria_api_key.get_secret_value() == "marked-key"
    assert misnamed_settings() == []


def test_faulty_secret_files_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("\n")
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    monkeypatch.setenv("DISCORD_TOKEN_FILE", str(tmp_path / "marked"))
    monkeypatch.setenv("ASTRIA_API_KEY_FILE", str(tmp_path / "empty"))
    monkeypatch.setenv("CACHE_URL_FILE", str(tmp_path / "binary"))
    with pytest.raises(SettingsError) as raised:
        load_settings(ProductionSettings)
    assert raised.value.problems == [
        "DISCORD_TOKEN_FILE names a file that cannot be read: No such file or directory",
        "ASTRIA_API_KEY_FILE names an empty file",
        "CACHE_URL_FILE names a file that is not UTF-8 text",
    ]


def test_secret_and_its_file_are_refused_together(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert problems(monkeypatch, DISCORD_TOKEN_FILE=str(tmp_path)) == [
        "DISCORD_TOKEN and DISCORD_TOKEN_FILE are both set; keep one"
    ]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("CACHE_TTL", "CACHE_TTL_SECONDS"),
        ("PACK_SOURCES", "PACK_SOURCE"),
        ("LOGLEVEL", "LOG_LEVEL"),
        ("STAFF_GUILDS_IDS", "STAFF_GUILD_IDS"),
    ],
)
def test_misspelt_name_gets_a_suggestion(
    monkeypatch: pytest.MonkeyPatch, name: str, meant: str
) -> None:
    given(monkeypatch, **{name: "1"})
    assert misnamed_settings() == [f"{name} is not a setting; did you mean {meant}?"]
    monkeypatch.setenv(meant, "1")
    assert misnamed_settings() == []


def test_misspelt_required_setting_gets_a_suggestion(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "marked-token")
    monkeypatch.setenv("ASTRIA_KEY", "marked-key")
    with pytest.raises(SettingsError) as raised:
        load_settings(ProductionSettings)
    missing, hint = raised.value.problems
    assert missing.startswith("ASTRIA_API_KEY is missing")
    assert hint == "ASTRIA_KEY is not a setting; did you mean ASTRIA_API_KEY?"


def test_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = loaded(
        monkeypatch,
        https_proxy="http://me:marked%20word@proxy.example:3128",
        HTTP_PROXY="plain.example:8080",
        NO_PROXY="astria.example,.internal",
    )
    assert settings.proxy_for("http://a.example") == "http://plain.example:8080"
    for url in ("https://discord.com/api", "wss://gateway.discord.gg"):
        assert settings.proxy_for(url) == "http://me:marked%20word@proxy.example:3128"
    for url in ("https://astria.example", "https://api.astria.example:8443", "http://a.internal/x"):
        assert settings.proxy_for(url) is None
    assert "marked" not in repr(settings)
    assert {"marked%20word", "marked word"} <= set(settings.secrets())


def test_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    assert loaded(monkeypatch).proxy_for("https://discord.com") is None
    settings = loaded(monkeypatch, HTTPS_PROXY="http://proxy.example", NO_PROXY="*")
    assert settings.proxy_for("https://discord.com") is None


def test_example_and_readme_list_every_setting() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    named = {line.split("=")[0].lstrip("# ") for line in lines if "=" in line}
    assert named >= NAMES
    readme = (ROOT / "README.md").read_text()
    assert all(f"`{name}`" in readme for name in NAMES)


def test_example_has_the_defaults(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes((ROOT / ".env.example").read_bytes())
    assert load_settings(Settings) == Settings()
