"""Operation: start and end, logs, health, metrics, and `--check`."""
