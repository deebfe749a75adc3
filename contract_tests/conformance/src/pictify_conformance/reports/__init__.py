"""The result of a run as people and machines read it."""
