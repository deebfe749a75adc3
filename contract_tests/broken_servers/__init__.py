"""Servers broken on purpose, one rule each. The suite must notice every one of them."""
