"""An interaction of a member with the bot: the question, the answers, and their times."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from enum import StrEnum

from standins.discord.messages import EPHEMERAL, LOADING, edited, message
from standins.discord.people import Json

NEW_MESSAGE, DEFERRED_MESSAGE, DEFERRED_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9

# Discord waits this long for the first answer (developer documentation, "Receiving and
# Responding"). In seconds.
FIRST_ANSWER_WITHIN = 3.0

UNKNOWN_MESSAGE = 404, 10008, "Unknown Message"


class Refused(Exception):
    """Discord does not accept a request: an HTTP status, and Discord's error code."""

    def __init__(self, status: int, code: int, words: str) -> None:
        super().__init__(words)
        self.status = status
        self.code = code


class Step(StrEnum):
    """The kinds of the bot's requests about an interaction."""

    CALLBACK = "callback"
    FOLLOW_UP = "follow-up"
    EDIT = "edit"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Received:
    """One request of the bot about an interaction."""

    step: Step
    at: float
    """On the clock of `time.perf_counter`, in seconds."""
    body: Json
    accepted: bool = True


@dataclass(slots=True)
class Interaction:
    """An interaction that was sent to the bot."""

    payload: Json
    sent_at: float = 0.0
    """The time when the first frame was passed to the network, on `time.perf_counter`."""
    connections: int = 0
    """The number of connections that it was sent to."""
    received: list[Received] = field(default_factory=list[Received])
    """All requests about it so far, in order; refused ones too."""
    callback: Received | None = None
    """The first accepted answer."""
    original: Json | None = None
    """The message with the id `@original`."""
    follow_ups: dict[str, Json] = field(default_factory=dict[str, Json])
    _answered: asyncio.Event = field(default_factory=asyncio.Event)
    _finished: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def id(self) -> str:
        """The interaction's id."""
        return self.payload["id"]

    @property
    def token(self) -> str:
        """The token for the bot's answers."""
        return self.payload["token"]

    async def answered(self, *, within: float = FIRST_ANSWER_WITHIN) -> Received:
        """Wait for the first answer; raises TimeoutError after `within` seconds."""
        if self.callback is None:
            await asyncio.wait_for(self._answered.wait(), within)
        if self.callback is None:
            raise RuntimeError("answered without an answer")
        return self.callback

    async def finished(self, *, within: float = 30.0) -> Json:
        """Wait for the final message: not the deferral, but the answer after it.

        Raises TimeoutError after `within` seconds.
        """
        await asyncio.wait_for(self._finished.wait(), within)
        return self.messages[-1] if self.original is None else self.original

    @property
    def messages(self) -> list[Json]:
        """The current messages: the original one, then the follow-ups."""
        original = [] if self.original is None else [self.original]
        return [*original, *self.follow_ups.values()]

    @property
    def seconds(self) -> float:
        """The time from the frame to the first answer."""
        if self.callback is None:
            raise RuntimeError("there is no answer yet")
        return self.callback.at - self.sent_at

    def accept_callback(self, body: Json, at: float) -> Json:
        """Accept the first answer; return Discord's response. Raises Refused."""
        fault = self._fault(at)
        self.received.append(Received(Step.CALLBACK, at, body, accepted=fault is None))
        if fault:
            raise fault
        self.callback = self.received[-1]
        kind: int = body["type"]
        resource = self._show(kind, body.get("data") or Json())
        self._answered.set()
        if kind in {NEW_MESSAGE, UPDATE, CHOICES, MODAL}:
            self._finished.set()
        said: Json = {"id": self.id, "type": self.payload["type"]}
        if self.original is not None:
            said |= {
                "response_message_id": self.original["id"],
                "response_message_loading": kind == DEFERRED_MESSAGE,
                "response_message_ephemeral": bool(self.original["flags"] & EPHEMERAL),
                "channel_id": self.payload["channel_id"],
            }
        return {"interaction": said} | ({"resource": resource} if resource else {})

    def _fault(self, at: float) -> Refused | None:
        if self.callback is not None:
            return Refused(400, 40060, "Interaction has already been acknowledged.")
        if at - self.sent_at > FIRST_ANSWER_WITHIN:
            return Refused(404, 10062, "Unknown interaction")
        return None

    def _show(self, kind: int, data: Json) -> Json | None:
        if kind in {NEW_MESSAGE, DEFERRED_MESSAGE}:
            flags: int = data.get("flags", 0) | (LOADING if kind == DEFERRED_MESSAGE else 0)
            self.original = message(data, self.payload, flags=flags)
        elif kind in {UPDATE, DEFERRED_UPDATE}:
            self.original = edited(self.payload["message"], data if kind == UPDATE else Json())
        if kind in {NEW_MESSAGE, UPDATE}:
            return {"type": kind, "message": self.original}
        return None

    def accept_follow_up(self, body: Json, at: float) -> Json:
        """Accept a follow-up; the first one after "is thinking" replaces that."""
        self._need_callback(Step.FOLLOW_UP, body, at)
        self.received.append(Received(Step.FOLLOW_UP, at, body))
        if self.original is not None and self.original["flags"] & LOADING:
            self.original = edited(self.original, body)
            sent = self.original
        else:
            sent = message(body, self.payload, flags=body.get("flags", 0))
            self.follow_ups[sent["id"]] = sent
        self._finished.set()
        return sent

    def accept_edit(self, message_id: str, body: Json, at: float) -> Json:
        """Accept a change of one of its messages. Raises Refused."""
        old = self.find(message_id)
        self.received.append(Received(Step.EDIT, at, body))
        changed = edited(old, body)
        if old is self.original:
            self.original = changed
        else:
            self.follow_ups[old["id"]] = changed
        self._finished.set()
        return changed

    def accept_deletion(self, message_id: str, at: float) -> None:
        """Delete one of its messages. Raises Refused."""
        old = self.find(message_id)
        self.received.append(Received(Step.DELETE, at, {}))
        if old is self.original:
            self.original = None
        else:
            del self.follow_ups[old["id"]]

    def find(self, message_id: str) -> Json:
        """Return one of its messages, `@original` or by id. Raises Refused."""
        if self.original is not None and message_id in {"@original", self.original["id"]}:
            return self.original
        if message_id in self.follow_ups:
            return self.follow_ups[message_id]
        raise Refused(*UNKNOWN_MESSAGE)

    def _need_callback(self, step: Step, body: Json, at: float) -> None:
        if self.callback is None:
            self.received.append(Received(step, at, body, accepted=False))
            raise Refused(404, 10015, "Unknown Webhook")


def time_now() -> float:
    """Return the time on the clock of this module, in seconds."""
    return time.perf_counter()
