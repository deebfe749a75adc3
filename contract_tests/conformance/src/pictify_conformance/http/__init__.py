"""Requests to the server under test: sent, limited, guarded and recorded."""
