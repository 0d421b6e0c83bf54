"""School-level tables: reading, matching, checking, snapshots and the sample province."""
