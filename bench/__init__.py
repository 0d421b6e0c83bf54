"""Benchmarks. Each runs its rival in the same run, on the same data, and prints a ratio."""
