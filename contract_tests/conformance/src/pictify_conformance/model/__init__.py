"""A small model of the API, compared with a server in random sequences of actions."""
