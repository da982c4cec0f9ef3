"""Sittings of a plan: who sits where, under which admission number (准考证号), and the notice of it (Art. 18(2))."""
