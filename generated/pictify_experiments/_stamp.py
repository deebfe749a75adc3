"""What this package was made from and with; sha256 of the files."""

VERSION = "1.0.0"
SPEC = "b0afff4f863da911afc8844c0d469fac784119cd1c415eb0ce87f259ca9ad75c"
CONFIG = "5766e365019769c4222361b0b1c5cf6cbcedaa02d1cf2688774b27f3a15019c4"
TEMPLATES = "71a697d2cb95b9785e6addf6d8ff848e5e62669c952635c65cec666d72feb5a5"
GENERATOR = "openapi-python-client 0.29.1, ruff 0.17.6"
