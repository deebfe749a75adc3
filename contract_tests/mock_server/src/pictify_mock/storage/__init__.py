"""Experiments in memory, in SQLite, and as JSON."""
