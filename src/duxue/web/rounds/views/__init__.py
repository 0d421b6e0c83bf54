"""Pages of rounds: the organiser's and, beside them, the unit's."""
