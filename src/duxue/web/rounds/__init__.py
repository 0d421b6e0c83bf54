"""Rounds, units, items, answers."""
