"""`skills keys`, `skills verify`: certificates checked with the platform or without it."""

import json
from pathlib import Path
from typing import Annotated

import typer

from client import certificate
from client.commands.frame import explained, group, show
from client.discovery import platform_url
from client.platform import Platform
from common.certificate_code import verify_code

keys_app = group("验签公钥 · published keys")


@keys_app.command("download")
@explained
def download_keys(file: Path) -> None:
    """Save the published keys, for checking certificates without a network."""
    file.write_text(json.dumps(Platform(platform_url()).send(certificate.keys()), indent=1))
    print(file)


@explained
def verify(
    code: str, offline: Annotated[Path | None, typer.Option(help="published keys, saved before")] = None
) -> None:
    """Check a certificate's code or URL: with the platform, or offline with saved keys. Ends 1 unless it is valid."""
    if offline is not None:
        proof = verify_code(code, json.loads(offline.read_text()))
        print("signature valid; revocation not checked (offline)" if proof else "signature NOT valid")
        raise typer.Exit(0 if proof else 1)
    found = Platform(platform_url()).send(certificate.verify(code=code))
    show(found)
    raise typer.Exit(0 if found.verdict == "valid" else 1)
