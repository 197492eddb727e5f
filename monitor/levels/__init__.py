"""What is usual for an indicator, how far today stands above it, and what its silence means."""
