"""Administrative divisions of the province (GB/T 2260)."""
