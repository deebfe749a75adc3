"""What this package was made from and with; sha256 of the files."""

VERSION = "1.0.0"
SPEC = "c3e34aeca821d5e6964169a9dd2c572ed71438b0ea822cb00462981266fa1192"
CONFIG = "6d64e4777c42fda3b9f93769ddfd87f76bde853b96bdaf044564df37f31fa8bc"
TEMPLATES = "8c3361e9e68c85ab154540c27760c341ede685564b364d9c9e3f86590f7fc1f1"
GENERATOR = "openapi-python-client 0.29.1, ruff 0.17.6"
