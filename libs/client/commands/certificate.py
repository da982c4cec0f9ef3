"""`skills verify`, `skills bundle`, `skills keys`: certificates checked with the platform, or without it."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from client import certificate
from client.commands.frame import explained, fail, group, show
from client.discovery import platform_url
from client.platform import Platform
from client.printed import PdfUnreadable, read_pdf
from common.offline import Bundle, NotABundle, OfflineFinding, Verdict, verify_offline

keys_app = group("验签公钥 · published keys")
bundle_app = group("离线数据包 · the bundle for checks without a network")
ENDINGS: Final[dict[str, int]] = {"valid": 0, "not_valid": 1, "unprovable": 3}
_VERDICTS: Final[dict[Verdict, str]] = {
    "valid": "有效 valid",
    "not_valid": "不能认可 not valid",
    "unprovable": "暂时无法证明 cannot be proven now",
}


@keys_app.command("download")
@explained
def download_keys(file: Path) -> None:
    """Save the published keys: enough to see whether a code is genuine, not whether it was revoked."""
    file.write_text(json.dumps(Platform(platform_url()).send(certificate.keys()), indent=1))
    print(file)


@bundle_app.command("download")
@explained
def download_bundle(file: Path) -> None:
    """Save keys, statuses and names, for checking certificates without a network. Nothing broken is saved."""
    raw = Platform(platform_url()).send(certificate.bundle())
    try:
        bundle = Bundle.parse(raw)
    except NotABundle as error:
        fail(f"数据包不完整，未保存：{error}。 The bundle is not whole and was not saved: {error}.")
    file.write_bytes(raw)
    made_at = bundle.status.made_at if bundle.status else bundle.keys_at
    print(f"{file} · {made_at.isoformat()} · {', '.join(bundle.signed_by)}")


@explained
def verify(
    code: Annotated[str | None, typer.Argument(metavar="CODE_OR_URL")] = None,
    offline: Annotated[
        Path | None, typer.Option(metavar="BUNDLE", help="a bundle that was downloaded before")
    ] = None,
    pdf: Annotated[Path | None, typer.Option(metavar="FILE", help="a printed certificate, or many")] = None,
    trusted: Annotated[
        Path | None, typer.Option(metavar="KEYS", help="platform keys that you know, instead of the bundle's")
    ] = None,
) -> None:
    """Check a certificate by its code or URL, or by the QR codes of a PDF: with the platform, or offline.

    Ends 0 when all are valid, 1 when one is not, 3 when that cannot be proven now.
    """
    if (code is None) == (pdf is None):
        fail("请给出证书码或 --pdf 文件之一。 Give either a code or --pdf.")
    codes = [code] if code is not None else _codes_of(pdf)
    bundle = None if offline is None else _bundle_of(offline, trusted)
    verdicts = [_online(one) if bundle is None else _offline(one, bundle) for one in codes]
    raise typer.Exit(max((ENDINGS[verdict] for verdict in verdicts), key=[0, 3, 1].index))


def _codes_of(pdf: Path | None) -> list[str]:
    if pdf is None:
        return []
    try:
        printed = read_pdf(pdf.read_bytes())
    except (PdfUnreadable, OSError) as error:
        fail(str(error))
    if not printed.codes:
        fail("页面上没有证书二维码。 No page bears the QR code of a certificate.")
    if printed.contradiction():
        fail(
            "附件与页面二维码所指的证书不同，请勿采信。\n"
            "The attached file speaks of another certificate than the page: do not trust it."
        )
    return list(printed.codes)


def _bundle_of(file: Path, trusted: Path | None) -> Bundle:
    try:
        keys = None if trusted is None else json.loads(trusted.read_bytes())
        return Bundle.parse(file.read_bytes(), trusted=keys)
    except (NotABundle, OSError, ValueError) as error:
        fail(f"数据包不可用：{error}。 The bundle cannot be used: {error}.")


def _online(code: str) -> str:
    found = Platform(platform_url()).send(certificate.verify(code=code))
    show(found)
    return found.verdict


def _offline(code: str, bundle: Bundle) -> str:
    found = verify_offline(code, bundle, at=datetime.now(UTC))
    _tell(found)
    return found.verdict


def _tell(found: OfflineFinding) -> None:
    """The verdict, what it is about, why, and how old what it rests on is."""
    print(_VERDICTS[found.verdict])
    if found.proven is not None:
        claims = found.proven.claims
        about = (claims.number, found.item_name or claims.item_code, found.organisation_name, claims.name)
        print("  " + " · ".join(part for part in (*about, claims.issued_on.isoformat()) if part))
    for detail in found.details:
        print(f"  - {detail.zh} {detail.en}")
    for used in found.inputs:
        print(f"  {used.name}: {used.state}, {used.made_at.isoformat() if used.made_at else '-'}")
