"""What this package was made from and with; sha256 of the files."""

VERSION = "1.0.0"
SPEC = "c2fa1707d0f527c6dccec6c43bde92cd5deec6b3b724619650ffa64b2533e92e"
CONFIG = "6abd9b81f24281c52d5d7039a203919c1f2e0da30cc6acb8f76fea2d6abb0329"
TEMPLATES = "804797fdde4f414a5f88ec2f766d9f79424a058fa4a97880ed71f00ad996f7de"
GENERATOR = "openapi-python-client 0.29.1, ruff 0.17.6"
