"""Assignors: who of a group's members reads which partitions, as pure functions, and their laws."""
