"""The bot in a browser: a simulated Discord and a stand-in for Astria, no account needed."""
