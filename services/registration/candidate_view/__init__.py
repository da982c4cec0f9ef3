"""What is recorded about a candidate, shown to that person alone, and requests to correct it (PIPL Art. 44-46)."""
