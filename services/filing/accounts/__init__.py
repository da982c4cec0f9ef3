"""Dedicated accounts (授予的专用账户) of organisations and centres (Art. 18(3))."""
