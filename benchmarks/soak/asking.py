"""Send interactions, one at a time for each visitor, and record the end of each."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from enum import StrEnum

from benchmarks.soak.faults import DiscordFaults, is_final
from standins.discord.faults import Fault
from standins.discord.interactions import CHOICES, MODAL, Interaction
from standins.discord.messages import LOADING
from standins.discord.server import DiscordServer

# Longer than the bot waits for Astria, and Discord for the bot. In seconds.
_LONGEST = 15.0


class End(StrEnum):
    """The end of an interaction for the member."""

    ANSWERED = "answered"
    PREVENTED = "prevented"
    """Nothing, as Discord accepted no answer: a planned fault."""
    THINKING = "left thinking"
    UNANSWERED = "unanswered"


class VisitOver(Exception):
    """The visit ends: enough interactions were sent, or the answer has no control."""


class Asking:
    """The budget of interactions for all visitors, and their results."""

    def __init__(self, discord: DiscordServer, faults: DiscordFaults) -> None:
        self.discord = discord
        self.left = 0
        self.ends = Counter[End]()
        self.not_answered: list[str] = []
        """The interactions that should have had an answer, but had none."""
        self._faults = faults
        self._planned: dict[str, Fault] = {}
        discord.before_sending = self._before_sending

    async def ask(self, send: Callable[[], Awaitable[Interaction]]) -> Interaction:
        """Send an interaction; return it after the whole answer. Raises VisitOver."""
        if not self.left:
            raise VisitOver
        self.left -= 1
        asked = await send()
        fault = self._planned.pop(asked.id, None)
        try:
            end = await _end(asked, fault)
        finally:
            if fault:
                self.discord.rest.faults.remove(fault)
        self.ends[end] += 1
        if end in {End.THINKING, End.UNANSWERED}:
            self.not_answered.append(_told(end, asked, fault))
        return asked

    def _before_sending(self, asked: Interaction) -> None:
        if fault := self._faults.plan(asked):
            self._planned[asked.id] = fault
            self.discord.rest.faults.add(fault)


async def _end(asked: Interaction, fault: Fault | None) -> End:
    try:
        async with asyncio.timeout(_LONGEST):
            if fault and is_final(fault, asked):
                await fault.happened()
                return End.PREVENTED
            answer = await asked.answered(within=_LONGEST)
            if answer.body["type"] not in {CHOICES, MODAL}:
                await asked.finished(within=_LONGEST)
    except TimeoutError:
        return End.THINKING if _is_loading(asked) else End.UNANSWERED
    return End.ANSWERED


def _told(end: End, asked: Interaction, fault: Fault | None) -> str:
    data = asked.payload["data"]
    what = {name: data[name] for name in ("name", "options", "custom_id") if name in data}
    received = [(one.step.value, one.accepted) for one in asked.received]
    met = f"{fault.method} {fault.status} {fault.code}, {fault.met} times" if fault else "none"
    return f"{end}: {what}, received: {received}, fault: {met}"


def _is_loading(asked: Interaction) -> bool:
    return asked.original is not None and bool(asked.original["flags"] & LOADING)
