"""Settings of topics: read, changed, acted upon."""
