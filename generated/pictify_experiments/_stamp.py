"""The sources and tools of this package; sha256 of the files."""

VERSION = "1.0.0"
SPEC = "4485ce13d64abf6833d5319e027327826b8241dee94de5b456dccb934180613e"
CONFIG = "8846f17a564723b0335adab50856b27274c27c0a5965df3cd931a12ae1d9c9c9"
TEMPLATES = "c731ff8db0b841677f45eb284d9d733e713df89f31dafc3f3b4ced6892e3dcef"
GENERATOR = "openapi-python-client 0.29.1, ruff 0.17.6"
