"""The documentation, built from the spec."""
