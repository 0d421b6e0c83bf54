"""Commands for developers of Duxue; no part of the package."""
