"""Online review."""
