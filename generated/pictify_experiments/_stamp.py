"""What this package was made from and with; sha256 of the files."""

VERSION = "1.0.0"
SPEC = "e27bfffd768c331b08264c56a1e858d152aa557bdf616a5c0f4437642aec4960"
CONFIG = "6d64e4777c42fda3b9f93769ddfd87f76bde853b96bdaf044564df37f31fa8bc"
TEMPLATES = "1ab3a026a4448525f95e4922cc8bece52d3f547dc1c1e54f6671d7d49dc48a7f"
GENERATOR = "openapi-python-client 0.29.1, ruff 0.17.6"
