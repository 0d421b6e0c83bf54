"""What is done in field verification; pages, API and commands call the same functions."""
