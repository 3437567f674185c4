"""What the log shows, and what it must never show."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

PROGRAM = """
import logging, structlog
from logs import set_up_logging
set_up_logging("DEBUG", {style!r}, ["marked-token", "marked-key"])
log = structlog.stdlib.get_logger("api.client")
log.warning("asked", header="Bearer marked-key", pack=260)
logging.getLogger("discord.http").debug("POST %s", "https://d.example/webhooks/12/marked-hook/x")
logging.getLogger("discord.http").debug("POST /interactions/34/marked-interaction/callback")
try:
    raise RuntimeError("marked-token")
except RuntimeError:
    log.exception("fault")
"""


@pytest.mark.parametrize("style", ["console", "json"])
def test_secrets_never_reach_a_line(style: str) -> None:
    program = PROGRAM.format(style=style)
    run = subprocess.run(  # noqa: S603
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "marked" not in run.stderr
    assert run.stderr.count("[secret]") >= 4
    assert "/webhooks/12/[secret]/x" in run.stderr
    if style == "json":
        lines = [json.loads(line) for line in run.stderr.splitlines()]
        assert [line["level"] for line in lines] == ["warning", "debug", "debug", "error"]
        assert lines[0]["pack"] == 260
        assert "RuntimeError" in lines[3]["exception"]
