"""Keys and names in signed files, and the one file that phones check certificates with where no network is."""
