"""Packs as the bot knows them: lists, search and costs."""
