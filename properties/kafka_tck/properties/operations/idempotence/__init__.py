"""Producers that number their batches: once each, in order, and never twice."""
