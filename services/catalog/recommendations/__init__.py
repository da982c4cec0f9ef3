"""Representative enterprises: counties recommend within a quota, the city above picks (the letter of the draft)."""
