"""One module for each area; a handler parses, calls the domain and answers."""
