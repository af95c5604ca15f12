"""Classic groups: members join, one of them assigns, and all sync before they read."""
