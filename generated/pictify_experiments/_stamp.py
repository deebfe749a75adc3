"""What this package was made from and with; sha256 of the files."""

VERSION = "1.0.0"
SPEC = "56980398fc98764e777ca8cb6fba56d0407eecea79145fe46c675c8190a3f5d1"
CONFIG = "8433c9b4091c9d91de4ec0acc5c52b109ce3e5273aa359a00936026a56a1123b"
TEMPLATES = "afda6bb62c32974979af20cc4e92ed648f9b223325ece37091d60f32617016e4"
GENERATOR = "openapi-python-client 0.29.1, ruff 0.17.6"
