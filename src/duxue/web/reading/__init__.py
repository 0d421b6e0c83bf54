"""Checking a report's numbers."""
