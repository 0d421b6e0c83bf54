"""Scores, dashboards, exports."""
