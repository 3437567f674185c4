"""Astria on the wire: requests, answers, models, errors and addresses."""
