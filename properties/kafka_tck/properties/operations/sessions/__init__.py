"""Incremental fetch sessions: opened, continued, ended (KIP-227)."""
