"""The soak: thousands of interactions, some with faults, to see whether anything grows."""
