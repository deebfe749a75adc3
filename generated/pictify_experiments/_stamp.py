"""The sources and tools of this package; sha256 of the files."""

VERSION = "1.0.0"
SPEC = "61ffb242b2586f74ffde55e790a61a6788617f7adab544eb0905d89d20b16cc9"
CONFIG = "90d8f1b4fc1ad00fbe7e88fe46ea9d085bd10a71b874fb663eef421c59769b2f"
TEMPLATES = "c731ff8db0b841677f45eb284d9d733e713df89f31dafc3f3b4ced6892e3dcef"
GENERATOR = "openapi-python-client 0.29.1, ruff 0.17.6"
