"""What this package was made from and with; sha256 of the files."""

VERSION = "1.0.0"
SPEC = "4faeb540603f4f1335653c25f37fe0fedad489f42d81704fc31973e2eb72062f"
CONFIG = "5766e365019769c4222361b0b1c5cf6cbcedaa02d1cf2688774b27f3a15019c4"
TEMPLATES = "9cc82b43057b6d872f74d10d3a7ac6e0ae10ea317e7e2722fe55eaa6f6b3892a"
GENERATOR = "openapi-python-client 0.29.1, ruff 0.17.6"
