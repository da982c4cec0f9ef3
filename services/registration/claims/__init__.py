"""What rows say of their candidates' eligibility, and what the rules make of it (Art. 2, 14)."""
