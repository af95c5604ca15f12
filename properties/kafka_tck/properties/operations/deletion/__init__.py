"""Deleting records, and where a log starts then."""
