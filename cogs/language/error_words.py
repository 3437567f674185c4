"""Sentences about errors and refusals."""

from __future__ import annotations

import math
from collections.abc import Sequence

from cogs.language.pack_words import PackWords
from cogs.language.speech import Sentence, quote

# A longer wait is written in minutes. In seconds.
_LONG_IN_SECONDS = 120

_MOST_CLASSES_NAMED = 10


class ErrorWords(PackWords):
    """Sentences for errors and refusals."""

    def with_reference(self, sentence: str, reference: str) -> str:
        """Add the reference under which the log has the cause."""
        named = self.say("Reference: {reference}", reference=reference)
        return f"{sentence}\n-# {named}"

    def pack_not_found(self, ref: str, *, linked: bool, similar: bool) -> str:
        """Say that there is no such pack, and what to do; `linked` if a link named it."""
        missed = self.say("I can't find a pack called “{ref}”.", ref=quote(ref))
        if linked:
            missed = f"{self.link_leads_nowhere} {missed}"
        if similar:
            return f"{missed} {self.did_you_mean}"
        what_to_do = self.say(
            "Pick one from the list that appears while you type, or look through `{packs}`.",
            packs=self.command("packs"),
        )
        return f"{missed} {what_to_do}"

    link_leads_nowhere = Sentence("That link leads nowhere.")
    did_you_mean = Sentence("Did you mean one of these?")

    def closest_match(self, text: str) -> str:
        """Say that a pack does not have the typed name, but is the closest match."""
        return self.say("Closest match to “{text}”", text=quote(text))

    similar_packs = Sentence("Similar packs")

    def no_such_picture(self, text: str, total: int, *, button: str) -> str:
        """Say that there is no picture with that number; `button` opens the box again."""
        return self.say(
            "There's no picture “{text}”. Press **{button}** again and type a number "
            "from 1 to {total}.",
            text=quote(text),
            button=button,
            total=self.number(total),
        )

    def no_such_page(self, text: str, total: int, *, button: str) -> str:
        """Say that there is no page with that number; `button` opens the box again."""
        return self.say(
            "There's no page “{text}”. Press **{button}** again and type a number "
            "from 1 to {total}.",
            text=quote(text),
            button=button,
            total=self.number(total),
        )

    def class_not_found(self, class_name: str, offered: Sequence[str]) -> str:
        """Say that a pack doesn't have a class, and which it has."""
        named = [quote(name) for name in offered[:_MOST_CLASSES_NAMED]]
        if rest := len(offered) - len(named):
            named.append(self.more_classes(rest))
        listed = ", ".join(named)
        if not class_name:
            return self.say("This pack doesn't have that class. It has: {offered}.", offered=listed)
        return self.say(
            "This pack has no class “{pack_class}”. It has: {offered}.",
            pack_class=quote(class_name),
            offered=listed,
        )

    def rate_limited(self, retry_after: float) -> str:
        """Say that Astria wants fewer requests, and for how many seconds."""
        if retry_after >= _LONG_IN_SECONDS:
            return self.count(
                "Astria is getting too many questions from me. "
                "Please try again in {number} minute.",
                "Astria is getting too many questions from me. "
                "Please try again in {number} minutes.",
                math.ceil(retry_after / 60),
            )
        return self.count(
            "Astria is getting too many questions from me. Please try again in {number} second.",
            "Astria is getting too many questions from me. Please try again in {number} seconds.",
            max(1, round(retry_after)),
        )

    def slow_down(self, seconds: float) -> str:
        """Say that a member sends too many requests."""
        return self.count(
            "That was a lot at once. Please try again in {number} second.",
            "That was a lot at once. Please try again in {number} seconds.",
            max(1, round(seconds)),
        )

    key_refused = Sentence(
        "Astria doesn't let me in, so I can't look anything up. "
        "Please tell whoever runs this bot to check its Astria key."
    )
    unavailable = Sentence(
        "Astria isn't answering at the moment. Please try again in a few minutes."
    )
    not_understood = Sentence(
        "Astria answered with something I can't read. Please try again later. "
        "If it happens again, tell whoever runs this bot."
    )
    unexpected = Sentence(
        "Something went wrong on my side. Please try again. "
        "If it happens again, tell whoever runs this bot the reference."
    )

    @property
    def ask_privately(self) -> str:
        """Say that an answer was withheld, as it could not be sent privately."""
        return self.say(
            "I couldn't send the answer to you alone. Please ask again with `{private}`.",
            private=f"{self.say('private')}:True",
        )

    restarting = Sentence("I'm being restarted. Please ask again in a minute.")

    @property
    def old_control(self) -> str:
        """Say that a control no longer works."""
        return self.say(
            "This button is from an older version of me. "
            "Please use `{pack}` or `{packs}` again for a fresh view.",
            pack=self.command("pack"),
            packs=self.command("packs"),
        )

    @property
    def class_gone(self) -> str:
        """Say that a class no longer exists."""
        return self.say(
            "That class is no longer in this pack. Use `{pack}` again for a fresh view.",
            pack=self.command("pack"),
        )

    @property
    def picture_gone(self) -> str:
        """Say that a picture no longer exists."""
        return self.say(
            "That picture is no longer in this pack. Use `{pack}` again for a fresh view.",
            pack=self.command("pack"),
        )

    needs_manage_messages = Sentence(
        "Only members with the *Manage Messages* permission can include packs that aren't public, "
        "and only in my team's servers."
    )
