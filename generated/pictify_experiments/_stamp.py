"""What this package was made from and with; sha256 of the files."""

VERSION = "1.0.0"
SPEC = "839260f7e36c07a7e653a5e02348a5b31b851be41570a8afb2deaa35cd3040ae"
CONFIG = "6d64e4777c42fda3b9f93769ddfd87f76bde853b96bdaf044564df37f31fa8bc"
TEMPLATES = "5ecc959f6187baaaf3a8efa2d8899dc5efe82c212f930e5cf12c23a92f3d6263"
GENERATOR = "openapi-python-client 0.29.1, ruff 0.17.6"
