"""Use cases that join the rooms: evaluate, explain, import, report."""
