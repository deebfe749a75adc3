"""What this package was made from and with; sha256 of the files."""

VERSION = "1.0.0"
SPEC = "9b9d53968d5e2e8266cc2943bf03bcfe91cc6aa642e5a4ecac6fe78e7d847af7"
CONFIG = "b0d916c027fa40c3c45334b9c033f815653aefb0a141b85f9c5c161fa041c6bd"
TEMPLATES = "08237b72a107afb7d7cc16ae09c6bfec43fa50eef2d83fa3e6592703619a22c6"
GENERATOR = "openapi-python-client 0.29.1, ruff 0.17.6"
