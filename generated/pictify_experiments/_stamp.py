"""What this package was made from and with; sha256 of the files."""

VERSION = "1.0.0"
SPEC = "9b9d53968d5e2e8266cc2943bf03bcfe91cc6aa642e5a4ecac6fe78e7d847af7"
CONFIG = "b0d916c027fa40c3c45334b9c033f815653aefb0a141b85f9c5c161fa041c6bd"
TEMPLATES = "2bf2197c01b2c66bad2f586308df4282a670f164e93279de9eeb0eb3f235b143"
GENERATOR = "openapi-python-client 0.29.1, ruff 0.17.6"
