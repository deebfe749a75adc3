"""The sources and tools of this package; sha256 of the files."""

VERSION = "1.0.0"
SPEC = "88b5bebb04e0d1c15e00bfd5a595d832f5da0c5bb6c6789db90f723b8f162a57"
CONFIG = "b0d916c027fa40c3c45334b9c033f815653aefb0a141b85f9c5c161fa041c6bd"
TEMPLATES = "631c5a54896d897f5db0e959aa72324f0c06af949b538575da8d90c8936e14a2"
GENERATOR = "openapi-python-client 0.29.1, ruff 0.17.6"
