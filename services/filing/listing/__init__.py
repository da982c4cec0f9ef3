"""Read model of the list and its standards, as the catalog tells of them (Art. 3, 4)."""
