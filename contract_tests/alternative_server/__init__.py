"""A server that keeps every published promise and does otherwise wherever the pages leave a choice.

It shares nothing with our mock and nothing with the suite, so that a suite that asks too much is found out by it.
"""
