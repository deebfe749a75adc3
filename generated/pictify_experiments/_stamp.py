"""What this package was made from and with; sha256 of the files."""

VERSION = "1.0.0"
SPEC = "9b9d53968d5e2e8266cc2943bf03bcfe91cc6aa642e5a4ecac6fe78e7d847af7"
CONFIG = "6abd9b81f24281c52d5d7039a203919c1f2e0da30cc6acb8f76fea2d6abb0329"
TEMPLATES = "d53449bc9d25c8ae64df57c90aef08e4d704c9f7b8f50ac1a7012a7bc6bef5bb"
GENERATOR = "openapi-python-client 0.29.1, ruff 0.17.6"
