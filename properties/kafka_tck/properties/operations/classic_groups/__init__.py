"""Classic groups: members that join, wait for each other, get their assignments, and go."""
