"""Standards that evaluations go by: national ones, one for each item of the list (Art. 4, 5)."""
