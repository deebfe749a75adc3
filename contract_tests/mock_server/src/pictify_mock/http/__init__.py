"""HTTP and JSON on one side, the domain on the other: each translation is made here and only here."""
