"""The QR code of a certificate: alphanumeric mode, error level M, version 10 at most for usual names and hosts."""

import io

import segno


def qr_of(text: str) -> segno.QRCode:
    """Error level M, as printed paper needs it; never raised, so that the size is the same for all."""
    return segno.make_qr(text, error="m", boost_error=False, mode="alphanumeric")


def qr_svg(text: str, *, border: int = 4) -> bytes:
    """As SVG, black on white; `border` in modules (the standard's quiet zone is 4)."""
    out = io.BytesIO()
    qr_of(text).save(out, kind="svg", border=border, xmldecl=False, light="#fff")
    return out.getvalue()
