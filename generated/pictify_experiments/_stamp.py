"""The sources and tools of this package; sha256 of the files."""

VERSION = "1.0.0"
SPEC = "f943c871d39839473160c7f0a9d5432ed45685830405efb81b8e5d66f32f87ed"
CONFIG = "8846f17a564723b0335adab50856b27274c27c0a5965df3cd931a12ae1d9c9c9"
TEMPLATES = "c731ff8db0b841677f45eb284d9d733e713df89f31dafc3f3b4ced6892e3dcef"
GENERATOR = "openapi-python-client 0.29.1, ruff 0.17.6"
