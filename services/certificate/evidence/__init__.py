"""What a certificate rests on besides its plan, told by other services: accreditation, roster, batch (Art. 12, 18)."""
