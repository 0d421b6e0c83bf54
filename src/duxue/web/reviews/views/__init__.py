"""Pages of online review."""
