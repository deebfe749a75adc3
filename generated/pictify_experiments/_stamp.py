"""The sources and tools of this package; sha256 of the files."""

VERSION = "1.0.0"
SPEC = "b1879d15923612d65213e5b2fcdc3c127157510be1f0dc3443f7bd2d6f10e632"
CONFIG = "8846f17a564723b0335adab50856b27274c27c0a5965df3cd931a12ae1d9c9c9"
TEMPLATES = "c731ff8db0b841677f45eb284d9d733e713df89f31dafc3f3b4ced6892e3dcef"
GENERATOR = "openapi-python-client 0.29.1, ruff 0.17.6"
