"""Students of cancelled qualifications who still get the national certificate, as catalog tells of them (Art. 2)."""
