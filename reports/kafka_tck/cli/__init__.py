"""The `kafka-tck` command."""
