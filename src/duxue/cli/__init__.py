"""The duxue command: parse, call the use case, print."""
