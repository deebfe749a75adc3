"""The results of a run: outcomes, exchanges, coverage and the verdict."""
