"""The rules of the Experiments API: no HTTP, no storage, no clock of their own."""
