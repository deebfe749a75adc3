"""What this package was made from and with; sha256 of the files."""

VERSION = "1.0.0"
SPEC = "b0afff4f863da911afc8844c0d469fac784119cd1c415eb0ce87f259ca9ad75c"
CONFIG = "6d64e4777c42fda3b9f93769ddfd87f76bde853b96bdaf044564df37f31fa8bc"
TEMPLATES = "3af41cf8690ee75ac435536520255972ae1a15f84c0a823a72478c64a38a3d4c"
GENERATOR = "openapi-python-client 0.29.1, ruff 0.17.6"
