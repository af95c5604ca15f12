"""The specification: guarded actions, written once and read many ways."""
