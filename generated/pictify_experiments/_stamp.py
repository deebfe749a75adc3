"""The sources and tools of this package; sha256 of the files."""

VERSION = "1.0.0"
SPEC = "64e74ccd1d46060697a1fb7f4b56b32333e63a5716983afd1d02d144416784a8"
CONFIG = "b0d916c027fa40c3c45334b9c033f815653aefb0a141b85f9c5c161fa041c6bd"
TEMPLATES = "631c5a54896d897f5db0e959aa72324f0c06af949b538575da8d90c8936e14a2"
GENERATOR = "openapi-python-client 0.29.1, ruff 0.17.6"
