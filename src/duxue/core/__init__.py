"""Values that every room uses: text, numbers, units of measure, organisational units, problems. Standard library only."""
