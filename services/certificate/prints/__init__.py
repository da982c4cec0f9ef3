"""Print: the A4 certificate with its QR code (Art. 19; decision record 14)."""
