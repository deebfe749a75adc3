"""What this package was made from and with; sha256 of the files."""

VERSION = "1.0.0"
SPEC = "35d07bf24d5035542496b366013df54f0145acd01bc30cd8181af177d58f08ee"
CONFIG = "b0d916c027fa40c3c45334b9c033f815653aefb0a141b85f9c5c161fa041c6bd"
TEMPLATES = "ec9018186f78a7461e4cc0a1df26ae0c723614cda4b54ebe78953e9e55762e90"
GENERATOR = "openapi-python-client 0.29.1, ruff 0.17.6"
