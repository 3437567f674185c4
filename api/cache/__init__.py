"""What Astria has answered, kept in memory and on disk or in Redis."""
