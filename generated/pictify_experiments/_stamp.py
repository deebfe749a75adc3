"""What this package was made from and with; sha256 of the files."""

VERSION = "1.0.0"
SPEC = "b0afff4f863da911afc8844c0d469fac784119cd1c415eb0ce87f259ca9ad75c"
CONFIG = "6d64e4777c42fda3b9f93769ddfd87f76bde853b96bdaf044564df37f31fa8bc"
TEMPLATES = "517cbfdba85407d4045358bcaee7b62910d5e2135980f86dec855bdb10ebd29e"
GENERATOR = "openapi-python-client 0.29.1, ruff 0.17.6"
