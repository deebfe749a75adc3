"""Requests that schemathesis generates from the spec, and the checks on their responses."""
