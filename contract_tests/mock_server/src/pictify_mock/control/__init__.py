"""The control paths under `/_mock/`: clock, random numbers, state, faults and a request log."""
