"""Certificates follow corrected results: issued, reissued under the same number, or revoked (DOMAIN 4.5)."""
