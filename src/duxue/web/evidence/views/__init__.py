"""Pages of evidence: library, files, uploads, what is attached, and the bytes themselves."""
