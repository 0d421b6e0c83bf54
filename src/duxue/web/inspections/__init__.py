"""Field verification."""
