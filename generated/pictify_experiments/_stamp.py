"""What this package was made from and with; sha256 of the files."""

VERSION = "1.0.0"
SPEC = "b0afff4f863da911afc8844c0d469fac784119cd1c415eb0ce87f259ca9ad75c"
CONFIG = "5766e365019769c4222361b0b1c5cf6cbcedaa02d1cf2688774b27f3a15019c4"
TEMPLATES = "9cc82b43057b6d872f74d10d3a7ac6e0ae10ea317e7e2722fe55eaa6f6b3892a"
GENERATOR = "openapi-python-client 0.29.1, ruff 0.17.6"
