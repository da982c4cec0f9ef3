"""Scripts that make data files from their sources. Neither the platform nor its tests need them."""
