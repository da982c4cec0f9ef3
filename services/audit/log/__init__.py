"""The public log: every event of every service as a leaf of a Merkle tree that only grows (decision records 62-64)."""
