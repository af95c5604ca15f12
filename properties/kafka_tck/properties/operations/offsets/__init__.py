"""Asking for offsets: ends of logs, times, and ends of leader epochs."""
