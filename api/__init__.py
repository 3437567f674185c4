"""All that knows Astria; never imports discord."""
