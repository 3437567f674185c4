"""All sentences of the bot: those of all views here, the others in the modules beside this one."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from cogs.language.about_words import AboutWords
from cogs.language.error_words import ErrorWords
from cogs.language.languages import language_of
from cogs.language.list_words import ListWords
from cogs.language.news_words import NewsWords
from cogs.language.speech import Sentence


class Words(ListWords, NewsWords, ErrorWords, AboutWords):
    """The bot's words in one language."""

    # Controls

    first = Sentence("First")
    previous = Sentence("Previous")
    next = Sentence("Next")
    last = Sentence("Last")
    one_picture = Sentence("One picture")
    four_pictures = Sentence("Four pictures")
    open_on_astria = Sentence("On Astria")
    choose_class = Sentence("Choose a class")
    earlier_classes = Sentence("Earlier classes…")
    later_classes = Sentence("More classes…")
    compare_with = Sentence("Compare with…")
    back = Sentence("Back to list")
    open_or_compare = Sentence("Open 1, or compare 2 or 3")
    open_pack = Sentence("Open a pack")
    go_to = Sentence("Go to…")
    go_to_a_picture = Sentence("Go to a picture")
    go_to_a_page = Sentence("Go to a page")

    def go_to_page(self, page: str) -> str:
        """Label the button that asks for a picture or page, with the current one."""
        return f"{self.go_to} {page}"

    def page(self, first: int, last: int, total: int) -> str:
        """Label the page button."""
        return f"{self.span(first, last)} / {self.number(total)}"

    def picture_input(self, total: int | None) -> str:
        """Label the box that asks for a picture; `total` is None if it isn't known."""
        if total is None:
            return self.say("Picture")
        return self.say("Picture, 1–{total}", total=self.number(total))

    def page_input(self, total: int | None) -> str:
        """Label the box that asks for a page; `total` is None if it isn't known."""
        if total is None:
            return self.say("Page")
        return self.say("Page, 1–{total}", total=self.number(total))

    # Public answers and private copies

    remove = Sentence("Remove")
    remove_not_yours = Sentence("Only the person who asked for this or shared it can remove it.")
    own_copy = Sentence("-# Your own copy; the post stays as it is.")

    # Sharing

    share = Sentence("Share")
    shared = Sentence("Shared")

    def shared_by(self, user_id: int) -> str:
        """Say who shared a view."""
        return self.say("Shared by {member}", member=f"<@{user_id}>")

    share_not_public = Sentence("This is no longer public, so it can't be shared.")
    share_not_yours = Sentence("You can't write in this channel, so you can't share here either.")
    share_not_mine = Sentence(
        "I can't post in this channel. Share in another one, or ask somebody who manages this "
        "one to give me the permissions *View Channel*, *Send Messages* (in threads *Send Messages "
        "in Threads*) and *Embed Links*."
    )
    share_not_here = Sentence(
        "In this server only you see my answers, because I'm your own app and not the server's. "
        "So you can't share here."
    )

    # Packs in a message

    @property
    def no_pack_in_message(self) -> str:
        """Say that a message names no pack."""
        return self.say(
            "I can't tell which pack that message is about. It has no link to a pack and no words "
            "from a title. Try `{pack}` and type a few letters.",
            pack=self.command("pack"),
        )

    understood = Sentence("That message seems to be about this pack:")

    def packs_meant(self, number: int) -> str:
        """Ask which of the packs that match a message to show."""
        return self.count(
            "That message may be about this pack. Did you mean it?",
            "That message may be about one of these {number} packs. Which one?",
            number,
        )

    def links_opened(self, packs: int, opened: int, links: int) -> str:
        """Say to how many packs the links of a message lead; empty if all lead to one pack."""
        if opened < links:
            return self.say(
                "I can open {opened} of the {links} links in that message.",
                opened=self.number(opened),
                links=self.number(links),
            )
        if packs == 1:
            return ""
        return self.count(
            "There is {number} pack in that message.",
            "There are {number} packs in that message. Which one?",
            packs,
        )

    # Help

    help_title = Sentence("What you can ask me")

    def help_lines(
        self, *, pack: str, packs: str, compare: str, examples: tuple[str, str], class_name: str
    ) -> Iterator[str]:
        """Explain the commands with examples."""
        first, second = examples
        yield self.say(
            "**See all packs:** {packs}. Press “Narrow…” to choose a class, a price or a number "
            "of images.",
            packs=packs,
        )
        yield self.say(
            "**Find packs for somebody:** {packs} `{option}: {pack_class}`",
            packs=packs,
            option=self.say("class"),
            pack_class=class_name,
        )
        yield self.say(
            "**See a pack's prices and pictures:** {pack} `id: {title}`. A few words are enough, "
            "and typing errors are fine.",
            pack=pack,
            title=first,
        )
        yield self.say(
            "**Compare:** {compare} with {title} and {other}",
            compare=compare,
            title=first,
            other=second,
        )
        yield self.say(
            "**Somebody asks about a pack?** Right-click the message (on a phone, hold it), then "
            "choose *Apps* and *{show_pack}*.",
            show_pack=self.say("Show pack"),
        )


@lru_cache
def words_for(locale: str) -> Words:
    """Return the words for a Discord locale; English if the bot does not speak it."""
    return Words(language_of(locale))
