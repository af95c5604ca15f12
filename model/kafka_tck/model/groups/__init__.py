"""The coordinator of one classic group: what it answers, to whom, and what it holds then."""
