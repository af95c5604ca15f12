"""How batches are produced: honest ones, forged ones, and none at all."""
