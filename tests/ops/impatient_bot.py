"""The bot as it is, but it gives Discord two seconds for what may take five or fifteen."""

from __future__ import annotations

import bot
from cogs.interactions import placeholder, responding

for module in (placeholder, responding):
    vars(module)["_LONGEST_REQUEST"] = 2.0

main = bot.main
