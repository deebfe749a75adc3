"""A server that keeps every published promise and differs wherever the docs leave a choice.

It shares nothing with our mock and nothing with the suite: a suite that asks too much fails it.
"""
