"""The sources and tools of this package; sha256 of the files."""

VERSION = "1.0.0"
SPEC = "6ffb679c52f60304ec243504457b41c89a15f6f0d4e662ae05ba4dbf123bc326"
CONFIG = "8846f17a564723b0335adab50856b27274c27c0a5965df3cd931a12ae1d9c9c9"
TEMPLATES = "1d2f229c4c4d3c8f4b658769933d10d15fb1e72133109672f07a6cd5f58ad980"
GENERATOR = "openapi-python-client 0.29.1, ruff 0.17.6"
