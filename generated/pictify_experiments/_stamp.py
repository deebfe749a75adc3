"""The sources and tools of this package; sha256 of the files."""

VERSION = "1.0.0"
SPEC = "35d07bf24d5035542496b366013df54f0145acd01bc30cd8181af177d58f08ee"
CONFIG = "b0d916c027fa40c3c45334b9c033f815653aefb0a141b85f9c5c161fa041c6bd"
TEMPLATES = "c731ff8db0b841677f45eb284d9d733e713df89f31dafc3f3b4ced6892e3dcef"
GENERATOR = "openapi-python-client 0.29.1, ruff 0.17.6"
