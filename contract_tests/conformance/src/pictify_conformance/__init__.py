"""A conformance suite for servers of the Pictify Experiments API."""

__version__ = "1.0.0"
