"""Bots of other libraries whose one command answers "pong": each in an environment of its own."""
