"""What this package was made from and with; sha256 of the files."""

VERSION = "1.0.0"
SPEC = "4faeb540603f4f1335653c25f37fe0fedad489f42d81704fc31973e2eb72062f"
CONFIG = "5766e365019769c4222361b0b1c5cf6cbcedaa02d1cf2688774b27f3a15019c4"
TEMPLATES = "71a697d2cb95b9785e6addf6d8ff848e5e62669c952635c65cec666d72feb5a5"
GENERATOR = "openapi-python-client 0.29.1, ruff 0.17.6"
