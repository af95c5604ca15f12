"""Who leads a partition, and who is to: elections, eligible leader replicas, reassignments."""
