"""The public calculator: may I sit for this level? It asks for nothing that tells who it is, and keeps nothing."""
