"""Servers that are broken on purpose, one rule each: the suite has to notice every one."""
