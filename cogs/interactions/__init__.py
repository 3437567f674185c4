"""The handling of every interaction: limits, answers, errors, records."""
