"""What is done to rounds and their units: every change goes through one of these functions."""
