"""Pages of field verification."""
