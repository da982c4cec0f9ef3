"""The province's yearly plans of standards to be developed and revised, published at the start of the year (Art. 5)."""
