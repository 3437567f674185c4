"""Bots of other libraries whose only command answers "pong", each in its own environment."""
