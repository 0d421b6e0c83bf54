"""Draws that anyone can re-run: a commitment before chance, a certificate after it, and a check that needs no trust."""
