"""A stand-in for Discord: its gateway, its REST API, and members who use the bot."""
