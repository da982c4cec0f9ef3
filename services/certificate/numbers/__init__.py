"""Certificate numbers: registers and series, taken in bulk and never reused (Art. 1; decision record 13)."""
