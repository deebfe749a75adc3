"""Servers that answer wrongly on purpose, to show that the suite stays safe beside other people's data and machines."""
