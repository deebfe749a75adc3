"""Servers that answer wrongly on purpose.

The suite has to stay safe beside them, for the data and the machines of others.
"""
