"""The bot's sentences in each language, and the escaping of text from outside."""
