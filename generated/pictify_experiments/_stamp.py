"""The sources and tools of this package; sha256 of the files."""

VERSION = "1.0.0"
SPEC = "62085c27463fb8ee2928fe457b814fb81b8dfd576e53d500ed507b132e780e40"
CONFIG = "90d8f1b4fc1ad00fbe7e88fe46ea9d085bd10a71b874fb663eef421c59769b2f"
TEMPLATES = "c731ff8db0b841677f45eb284d9d733e713df89f31dafc3f3b4ced6892e3dcef"
GENERATOR = "openapi-python-client 0.29.1, ruff 0.17.6"
