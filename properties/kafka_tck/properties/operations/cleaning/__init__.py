"""What a broker does to a log in its own time: compaction and retention."""
