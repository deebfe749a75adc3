"""What this package was made from and with; sha256 of the files."""

VERSION = "1.0.0"
SPEC = "839260f7e36c07a7e653a5e02348a5b31b851be41570a8afb2deaa35cd3040ae"
CONFIG = "6d64e4777c42fda3b9f93769ddfd87f76bde853b96bdaf044564df37f31fa8bc"
TEMPLATES = "1d7363452411afd7dc6595591df7892eed2e189d81371a242a122896f07d724b"
GENERATOR = "openapi-python-client 0.29.1, ruff 0.17.6"
