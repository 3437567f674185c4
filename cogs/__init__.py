"""Everything that uses Discord: one package per feature."""
