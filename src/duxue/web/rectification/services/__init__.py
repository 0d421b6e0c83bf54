"""Writing the ledger: entering problems, the steps of their rectification, many at once, and what the clock does."""
