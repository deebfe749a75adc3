"""What this package was made from and with; sha256 of the files."""

VERSION = "1.0.0"
SPEC = "c2fa1707d0f527c6dccec6c43bde92cd5deec6b3b724619650ffa64b2533e92e"
CONFIG = "8433c9b4091c9d91de4ec0acc5c52b109ce3e5273aa359a00936026a56a1123b"
TEMPLATES = "afda6bb62c32974979af20cc4e92ed648f9b223325ece37091d60f32617016e4"
GENERATOR = "openapi-python-client 0.29.1, ruff 0.17.6"
