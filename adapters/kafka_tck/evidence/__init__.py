"""Event types that every run leaves behind."""
