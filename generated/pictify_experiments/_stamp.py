"""The sources and tools of this package; sha256 of the files."""

VERSION = "1.0.0"
SPEC = "36696ca6133cde1dbe3fa3a2706cfecfc77f35e695bb4f6ddecc4421ef3627dd"
CONFIG = "b0d916c027fa40c3c45334b9c033f815653aefb0a141b85f9c5c161fa041c6bd"
TEMPLATES = "631c5a54896d897f5db0e959aa72324f0c06af949b538575da8d90c8936e14a2"
GENERATOR = "openapi-python-client 0.29.1, ruff 0.17.6"
