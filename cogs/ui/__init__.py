"""What the replies of all features are made of: controls, embeds, choices and sharing."""
