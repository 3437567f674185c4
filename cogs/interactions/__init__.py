"""The way of every interaction: let in, answered whatever happens, and counted."""
