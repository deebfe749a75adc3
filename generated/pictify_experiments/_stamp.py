"""What this package was made from and with; sha256 of the files."""

VERSION = "1.0.0"
SPEC = "9b9d53968d5e2e8266cc2943bf03bcfe91cc6aa642e5a4ecac6fe78e7d847af7"
CONFIG = "b0d916c027fa40c3c45334b9c033f815653aefb0a141b85f9c5c161fa041c6bd"
TEMPLATES = "481b99c1f538d6a3b945d3d45eef8bb6757718c4ab2621118572df20f6ddf93c"
GENERATOR = "openapi-python-client 0.29.1, ruff 0.17.6"
