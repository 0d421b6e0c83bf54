"""Packs and data drawn by Hypothesis, on which all engines must agree."""
