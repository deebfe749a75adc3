"""A small model of the API, played against a server in generated orders of calls."""
