"""Certificates of the time before the platform: imported with where they come from and how good that evidence is."""
