"""Run the command: `python -m pictify_conformance`."""

from pictify_conformance.cli import command

command()
