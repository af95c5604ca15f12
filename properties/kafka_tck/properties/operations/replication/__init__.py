"""Partitions with several replicas: writing, reading, and brokers that die and come back."""
