"""Results before the public (公示), and objections against them; only where the province asks for it."""
