"""A stateful stand-in for the Pictify Experiments API."""
