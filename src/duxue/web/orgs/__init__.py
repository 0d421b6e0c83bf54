"""Organisations on the dated tree."""
