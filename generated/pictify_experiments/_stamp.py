"""What this package was made from and with; sha256 of the files."""

VERSION = "1.0.0"
SPEC = "35d07bf24d5035542496b366013df54f0145acd01bc30cd8181af177d58f08ee"
CONFIG = "b0d916c027fa40c3c45334b9c033f815653aefb0a141b85f9c5c161fa041c6bd"
TEMPLATES = "c494f7190196996dc7965b07260e6a15b0cc8284008aa48aaa642426c0603747"
GENERATOR = "openapi-python-client 0.29.1, ruff 0.17.6"
