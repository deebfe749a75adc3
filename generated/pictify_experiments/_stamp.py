"""What this package was made from and with; sha256 of the files."""

VERSION = "1.0.0"
SPEC = "64ef358dda8799cbc0e5f9f6ce6d6f0f5f379dfe3620c1ddb2dd0383cfa69cb3"
CONFIG = "6d64e4777c42fda3b9f93769ddfd87f76bde853b96bdaf044564df37f31fa8bc"
TEMPLATES = "5ecc959f6187baaaf3a8efa2d8899dc5efe82c212f930e5cf12c23a92f3d6263"
GENERATOR = "openapi-python-client 0.29.1, ruff 0.17.6"
