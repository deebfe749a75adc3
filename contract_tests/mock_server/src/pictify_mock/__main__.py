"""Run the command: `python -m pictify_mock`."""

from pictify_mock.cli import command

command()
