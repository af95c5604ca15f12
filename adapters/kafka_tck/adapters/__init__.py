"""Targets, the raw client, and outcomes."""
