"""Forms to fill in: what a sheet of each kind may hold, for people (XLSX) and for programs (JSON)."""
