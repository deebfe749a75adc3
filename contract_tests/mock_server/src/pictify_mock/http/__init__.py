"""HTTP and JSON: the translation between requests and responses and the domain."""
