"""What this package was made from and with; sha256 of the files."""

VERSION = "1.0.0"
SPEC = "56980398fc98764e777ca8cb6fba56d0407eecea79145fe46c675c8190a3f5d1"
CONFIG = "6d64e4777c42fda3b9f93769ddfd87f76bde853b96bdaf044564df37f31fa8bc"
TEMPLATES = "7835c249c33396cf8bf2e2da54629e28448b7cca331ce26c2fdc2635f1611ef5"
GENERATOR = "openapi-python-client 0.29.1, ruff 0.17.6"
