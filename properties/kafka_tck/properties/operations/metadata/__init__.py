"""What a broker tells of its cluster: topics, nodes, versions."""
