"""The first message of the demo's page: the commands, and how to act as somebody else."""

from __future__ import annotations

from collections.abc import Iterator

import discord
from discord import app_commands

from cogs.language.languages import language_of
from cogs.packs_bot import PacksBot

_WORDS = {
    "en": (
        "**Welcome!** This is the real bot on a simulated Discord. Nothing leaves this computer.",
        "in the menu of any message that has a pack's link or name in it",
        "You're Mia, a member. To be Sam, a moderator, pick **Sam** in the list of viewers above: "
        "Sam also sees packs that aren't public, such as `/pack id:380`.",
    ),
    "de": (
        "**Willkommen!** Das ist der echte Bot auf einem simulierten Discord. "
        "Nichts verlässt diesen Computer.",
        "im Menü jeder Nachricht, in der ein Link oder der Name eines Foto-Packs steht",
        "Du bist Mia, ein Mitglied. Wenn du oben in der Liste **Sam** auswählst, bist du Moderator "
        "und siehst auch Foto-Packs, die nicht öffentlich sind, etwa mit `/pack id:380`.",
    ),
    "es": (
        "**¡Hola!** Este es el bot de verdad en un Discord simulado. Nada sale de este ordenador.",
        "en el menú de cualquier mensaje que tenga el enlace o el nombre de un pack",
        "Eres Mia, una usuaria. Para ser Sam, que modera, elige **Sam** en la lista de "
        "espectadores de arriba: Sam ve también los packs que no son públicos, por ejemplo con "
        "`/pack id:380`.",
    ),
    "fr": (
        "**Bienvenue !** C'est le vrai bot sur un Discord simulé. Rien ne quitte cet ordinateur.",
        "dans le menu de tout message qui contient le lien ou le nom d'un pack",
        "Tu es Mia, une membre. Pour être Sam, qui modère, choisis **Sam** dans la liste "
        "en haut : Sam voit aussi les packs qui ne sont pas publics, par exemple avec "
        "`/pack id:380`.",
    ),
}

LOCALES = {"en": "en-US", "de": "de", "es": "es-ES", "fr": "fr"}
"""Discord's locales of the demo's languages."""


def greeting(bot: PacksBot, locale: str) -> str:
    """Return the first message of the page; it names every command."""
    welcome, menu, viewers = _WORDS[locale.partition("-")[0]]
    return "\n".join([welcome, *_commands(bot, locale, menu), "", viewers])


def _commands(bot: PacksBot, locale: str, menu: str) -> Iterator[str]:
    say = language_of(locale).translations.gettext
    for command in bot.tree.get_commands(type=discord.AppCommandType.chat_input):
        if isinstance(command, app_commands.Command):
            yield f"- `/{command.name}`: {say(command.description)}"
    for command in bot.tree.get_commands(type=discord.AppCommandType.message):
        yield f"- **{say(command.name)}**, {menu}"
