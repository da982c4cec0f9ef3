"""Proofs that certificates stand in the public log of every event (Art. 22)."""
