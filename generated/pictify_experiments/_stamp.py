"""The sources and tools of this package; sha256 of the files."""

VERSION = "1.0.0"
SPEC = "e84acd560712e8f60af04c193fb47440201e762af6b9457e96d2142d68b4235c"
CONFIG = "f56742bfafa720f0854e9974bac3b4269e8fba9085670a2e29879908378c5362"
TEMPLATES = "631c5a54896d897f5db0e959aa72324f0c06af949b538575da8d90c8936e14a2"
GENERATOR = "openapi-python-client 0.29.1, ruff 0.17.6"
