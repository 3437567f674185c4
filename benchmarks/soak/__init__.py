"""The soak: thousands of interactions with faults among them, and whether anything grows."""
