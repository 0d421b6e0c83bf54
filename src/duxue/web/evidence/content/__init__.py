"""Files given as evidence: recognised, bounded, searched for macros, shown and kept. Knows nothing of the site."""
