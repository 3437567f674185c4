"""The log shows the fields, and never a secret."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

PROGRAM = """
import logging, structlog
from ops.logs import set_up_logging
set_up_logging("DEBUG", {style!r}, ["marked-token", "marked-key", 'marked"quoted'])
log = structlog.stdlib.get_logger("api.client")
log.warning("asked", header="Bearer marked-key", pack=260, all={{"of": ["marked-token"]}})
logging.getLogger("discord.http").debug("POST %s", "https://d.example/webhooks/12/marked-hook/x")
logging.getLogger("discord.http").debug("POST /interactions/34/marked-interaction/callback")
event = {{"token": "marked-event", "id": "1"}}
logging.getLogger("discord.gateway").debug("Event: %s", event)
logging.getLogger("discord.http").debug('with {{"token":"marked-body"}}')
logging.getLogger("discord.http").error("line one\\nline two %s", b"marked-key")
log.warning("quoted", key='marked"quoted')
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
        levels = ["warning", *["debug"] * 4, "error", "warning", "error"]
        assert [line["level"] for line in lines] == levels
        assert lines[0]["pack"] == 260
        assert lines[3]["event"] == "Event: {'token': '[secret]', 'id': '1'}"
        assert "RuntimeError" in lines[-1]["exception"]
