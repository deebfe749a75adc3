"""One module of faults for each area of rules."""
