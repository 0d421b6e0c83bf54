"""Settings: `base` holds what never differs; dev, test, demo and prod add what does."""
