"""Astria's answers, cached in memory and on disk or in Redis."""
