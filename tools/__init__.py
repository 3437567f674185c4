"""Tools for the repository; not part of the bot."""
