"""What to compute, not how: a pack turned into frozen plan nodes."""
