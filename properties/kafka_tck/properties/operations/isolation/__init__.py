"""Transactions as readers see them: what is decided, what was aborted, and what markers do."""
