"""Tests of scores, dashboards and search."""
