"""What this package was made from and with; sha256 of the files."""

VERSION = "1.0.0"
SPEC = "35d07bf24d5035542496b366013df54f0145acd01bc30cd8181af177d58f08ee"
CONFIG = "b0d916c027fa40c3c45334b9c033f815653aefb0a141b85f9c5c161fa041c6bd"
TEMPLATES = "e064da7f66680f4352ff2b917e67ba37138d9ebb7cfd7b57e2ea3b54d411ecb0"
GENERATOR = "openapi-python-client 0.29.1, ruff 0.17.6"
