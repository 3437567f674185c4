"""Update the files in `cogs/language/locales` from the sentences in the code.

`python -m tools.translations`.

New sentences are added without a translation, and a test fails until they have one. Sentences that
are no longer used are removed. Each `.po` file, for people, is compiled to the bot's `.mo` file.
"""

from __future__ import annotations

import io
import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from cogs.language.languages import FOLDER, TRANSLATED

# The calls that contain sentences: `Sentence("…")`, `self.say("…")`, `self.count("…", "…")`, and
# `locale_str("…")` for names and descriptions of commands.
KEYWORDS = {"Sentence": None, "say": None, "count": (1, 2), "locale_str": None}

_SOME_DAY = datetime(2026, 1, 1, tzinfo=UTC)

_HEADER = r"""msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\n"
"Language: {language}\n"
"Plural-Forms: {plurals}\n"

"""


def said() -> Catalog:
    """Return every sentence in the code, without translations."""
    catalogue = Catalog()
    found = extract_from_dir(FOLDER.parent, [("**.py", "python")], keywords=KEYWORDS)
    for _, _, sentence, _, _ in found:
        catalogue.add(sentence)
    return catalogue


def translated(language: str) -> Catalog:
    """Return the sentences of a language."""
    with path_of(language).open("rb") as file:
        return read_po(file, locale=language)


def compiled(language: str) -> bytes:
    """Return the compiled sentences of a language, for the bot."""
    catalogue = translated(language)
    # Otherwise Babel would write the current time into the file.
    catalogue.creation_date = catalogue.revision_date = _SOME_DAY
    file = io.BytesIO()
    write_mo(file, catalogue)
    return file.getvalue()


def update(language: str) -> int:
    """Update a language's files; return the number of sentences without a translation."""
    catalogue = translated(language)
    catalogue.update(said(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    header = _HEADER.format(language=language, plurals=catalogue.plural_forms)
    path = path_of(language)
    with path.open("wb") as file:
        file.write(header.encode())
        write_po(file, catalogue, width=100, no_location=True, omit_header=True, sort_output=True)
    path.with_suffix(".mo").write_bytes(compiled(language))
    return sum(not all(forms(one)) for one in catalogue if one.id)


def forms(message: Message) -> tuple[str, ...]:
    """Return a sentence's translation: one form, or one per plural form."""
    translation = message.string or ""
    return (translation,) if isinstance(translation, str) else tuple(translation)


def path_of(language: str) -> Path:
    """Return the path of the `.po` file."""
    return FOLDER / f"{language}.po"


if __name__ == "__main__":
    for one in TRANSLATED:
        sys.stdout.write(f"{one}: {update(one)} sentences without a translation\n")
