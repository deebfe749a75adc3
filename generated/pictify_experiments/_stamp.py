"""The sources and tools of this package; sha256 of the files."""

VERSION = "1.0.0"
SPEC = "ed5248fdf7b53b3e44c50f9b0b0e3fe748a108347cc052cbe83931ea9a74ab6a"
CONFIG = "99630b74003dfe8b42556eeeed551ebe1076a444d68b389402170b417cce62a9"
TEMPLATES = "c731ff8db0b841677f45eb284d9d733e713df89f31dafc3f3b4ced6892e3dcef"
GENERATOR = "openapi-python-client 0.29.1, ruff 0.17.6"
