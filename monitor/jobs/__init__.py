"""Many machines: what the service does, as jobs of a queue in PostgreSQL that any worker takes."""
