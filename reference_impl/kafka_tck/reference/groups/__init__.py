"""Groups: what their coordinator keeps of them in a partition of `__consumer_offsets`."""
