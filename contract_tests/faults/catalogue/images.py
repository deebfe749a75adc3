"""Images of the wrong variant, format or time."""
