"""The parts of all features' replies: controls, embeds, choices and sharing."""
