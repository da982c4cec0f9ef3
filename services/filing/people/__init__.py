"""People behind accounts (Art. 18(3)): known once, signed in by password and one-time code, or by their own issuer."""
