"""The sources and tools of this package; sha256 of the files."""

VERSION = "1.0.0"
SPEC = "6ffb679c52f60304ec243504457b41c89a15f6f0d4e662ae05ba4dbf123bc326"
CONFIG = "8846f17a564723b0335adab50856b27274c27c0a5965df3cd931a12ae1d9c9c9"
TEMPLATES = "307ff68e12e863cf7a2136ccc55d81ce458d85b5d297197d5921f4c786bd8fa2"
GENERATOR = "openapi-python-client 0.29.1, ruff 0.17.6"
