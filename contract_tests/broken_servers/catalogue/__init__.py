"""Faults, one module for each area of rules."""
