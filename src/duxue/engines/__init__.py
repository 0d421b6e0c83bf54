"""How a plan is computed: plain Python as the oracle, DuckDB for speed."""
