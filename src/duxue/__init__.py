"""Duxue (督学): education indicators and verdicts from dated rules, traceable to the cell."""
