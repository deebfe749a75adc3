"""The documentation: what the pages say, and how they are made from the spec."""
