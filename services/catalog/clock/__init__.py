"""The sandbox's clock: developers of integrations cannot wait fifteen working days."""
