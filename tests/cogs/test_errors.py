"""Error messages that cannot be sent either."""

from __future__ import annotations

import discord
import pytest
from structlog.testing import capture_logs

from api.wire.allowance import OverAllowance
from api.wire.errors import AstriaError
from cogs.interactions.errors import Refusal, answer_error


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("a fault"),
        Refusal("a sentence"),
        OverAllowance("/packs", 3.0),
        AstriaError("/packs", "a cause"),
    ],
)
async def test_interaction_without_any_field_is_survived(error: Exception) -> None:
    bare = discord.Interaction[discord.Client].__new__(discord.Interaction)
    with capture_logs() as lines:
        await answer_error(bare, error)
    assert [line["event"] for line in lines] == ["no message for a fault"]
