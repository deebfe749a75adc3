"""The sources and tools of this package; sha256 of the files."""

VERSION = "1.0.0"
SPEC = "639bf33aa1562e6193637c05d1178f2a46a5af91f51289ab53d8be9b5286f083"
CONFIG = "31731445ac79cf0eb628c080fcab7e78a9f149f78d3ce8299188d1069b8438a1"
TEMPLATES = "631c5a54896d897f5db0e959aa72324f0c06af949b538575da8d90c8936e14a2"
GENERATOR = "openapi-python-client 0.29.1, ruff 0.17.6"
