"""Results, entered in batches by dedicated accounts and judged by the standard's rule (Art. 7-10, 18(3))."""
