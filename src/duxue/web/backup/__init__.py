"""Backups of a site: one file with database and folders, every part under its digest; restored into an empty place."""
