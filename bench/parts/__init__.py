"""What benchmarks are made of; not benchmarks themselves."""
