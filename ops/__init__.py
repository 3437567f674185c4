"""All that an operator needs: running and ending, logs, health, metrics, and the check."""
