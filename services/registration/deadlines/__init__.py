"""How long results may take, and who lets a plan's results in after that (Art. 17, 18)."""
