"""What this package was made from and with; sha256 of the files."""

VERSION = "1.0.0"
SPEC = "c2fa1707d0f527c6dccec6c43bde92cd5deec6b3b724619650ffa64b2533e92e"
CONFIG = "6d64e4777c42fda3b9f93769ddfd87f76bde853b96bdaf044564df37f31fa8bc"
TEMPLATES = "83394387ab2f5c7db2d7c40afbd10a9e7b90d73af742ff4aefae541c6faf62b6"
GENERATOR = "openapi-python-client 0.29.1, ruff 0.17.6"
