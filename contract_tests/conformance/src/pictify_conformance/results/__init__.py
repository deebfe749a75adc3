"""What a run found: outcomes, exchanges, coverage and the verdict."""
