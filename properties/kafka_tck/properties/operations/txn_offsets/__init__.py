"""Offsets of groups that are committed within transactions, and such that are not."""
