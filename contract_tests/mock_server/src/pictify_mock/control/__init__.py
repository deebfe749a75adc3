"""Time, chance, state, faults and a record of the traffic, under `/_mock/` and nowhere in the API."""
