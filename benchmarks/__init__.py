"""What is measured, and how: stand-ins for Discord and Astria, baselines, and the measures."""
