"""What the bot says, in each language, and how it makes text from outside safe."""
