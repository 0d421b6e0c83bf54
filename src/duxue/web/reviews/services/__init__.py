"""What is done in online review; pages, API and commands call the same functions."""
