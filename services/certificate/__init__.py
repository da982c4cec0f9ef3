"""Certificate: numbers, signed certificates, verification and print.

Issues what audit recognised (Art. 1, 17), lets the holder print the e-certificate with its QR code and
lets anyone check it online or offline (Art. 16, 19), and revokes it where recognition is withdrawn.
It decides nothing about results.
"""
