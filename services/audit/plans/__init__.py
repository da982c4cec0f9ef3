"""What audit knows of plans and their batches, kept from the events of filing and registration."""
