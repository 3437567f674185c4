"""Benchmarks: measures, baselines and the report."""
