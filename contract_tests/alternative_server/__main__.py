"""Serve an alternative server until Ctrl-C: `python -m alternative_server --help`."""

import argparse
import socket

import uvicorn

from alternative_server.app import create_app
from alternative_server.behaviour import BEHAVIOURS
from alternative_server.state import Team


def main() -> None:
    """Print the URL and serve."""
    parser = argparse.ArgumentParser(prog="python -m alternative_server")
    parser.add_argument("behaviour", choices=BEHAVIOURS)
    parser.add_argument(
        "--api-key", action="append", default=[], help="a team's key; may be repeated"
    )
    parser.add_argument("--write-key", default="other-write-key", help="the first team's")
    options = parser.parse_args()
    behaviour = BEHAVIOURS[options.behaviour]
    keys = options.api_key or ["other-key-one", "other-key-two"]
    teams = [
        Team(f"team {index}", key, f"{options.write_key}{index or ''}", behaviour.plan)
        for index, key in enumerate(keys)
    ]
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        print(f"http://127.0.0.1:{listener.getsockname()[1]}{behaviour.prefix}", flush=True)
        config = uvicorn.Config(create_app(teams, behaviour), log_level="critical", lifespan="off")
        uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
