"""Discord and Astria on loopback, for tests, the preview and benchmarks."""
