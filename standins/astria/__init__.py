"""A stand-in for Astria's packs API, and the packs that it offers."""
