"""Status of certificates: decisions, the facts that they leave, the board in memory, and the signed lists."""
