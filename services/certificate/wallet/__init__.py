"""Certificates for wallets: Open Badges 3.0 and SD-JWT VC, signed with the platform's credential keys (Art. 19)."""
