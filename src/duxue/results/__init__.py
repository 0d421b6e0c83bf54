"""Values, verdicts and reasons with their provenance, and their export."""
