"""`skills verify-journal`, `skills log …`: the public log checked by anyone, with code of its own."""

import asyncio
import time
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from client import audit
from client.commands.frame import explained, fail, group
from client.discovery import data_folder, platform_url
from client.log_databases import checkpoint_roots, compare, compare_roots, parse_urls
from client.log_reader import Fetch, LogCopy, Memory, read_log
from client.log_receipts import check_receipts
from client.log_tree import NotTheLog, Signed, cosignature, follows, open_checkpoint, witness_key
from client.platform import Platform

app = group("公开日志 · the public log")
receipts_app = group("受理回执 · receipts of accepted writes")
app.add_typer(receipts_app, name="receipts")
StateFile = Annotated[Path | None, typer.Option(help="where the key and the last checkpoint are remembered")]


@explained
def verify_journal(
    databases: Annotated[
        list[str] | None, typer.Option(help="SERVICE=postgresql://…, once for each; read only")
    ] = None,
    folder: Annotated[
        Path | None, typer.Option(help="a copy of the log's files instead of its address")
    ] = None,
    key: Annotated[
        str | None, typer.Option(help="the log's verifier key, when it is known beforehand")
    ] = None,
    state: StateFile = None,
) -> None:
    """Download the whole log and recompute it; with --databases, hold every journal and table against it."""
    memory = Memory(state or data_folder() / "verify-journal.json")
    began = time.monotonic()
    try:
        urls = parse_urls(databases or [])
        findings, size, remarks = asyncio.run(_verify(memory, urls, folder, key))
    except (NotTheLog, ValueError) as wrong:
        fail(str(wrong))
    seconds = time.monotonic() - began
    for remark in remarks:
        print(remark)
    print(f"{size} leaves in {seconds:.1f} s ({size / max(seconds, 1e-6):,.0f}/s)")
    if findings:
        fail("\n".join(findings))
    print("the log is whole" + (" and the databases hold what it says" if urls else ""))


async def _verify(
    memory: Memory, urls: dict[str, str], folder: Path | None, key: str | None
) -> tuple[list[str], int, list[str]]:
    kept = memory.read()
    fetch, known = _source(folder, kept[0] if kept else key)
    signed = open_checkpoint(fetch("checkpoint").decode(), known)
    roots = await checkpoint_roots(urls["audit"]) if "audit" in urls else {}
    copy = await asyncio.to_thread(
        read_log, fetch, signed, last_seen=kept[1] if kept else None, sizes=frozenset(roots)
    )
    try:
        return await _with_databases(memory, known, copy, roots, urls)
    finally:
        copy.close()


async def _with_databases(
    memory: Memory, key: str, copy: LogCopy, roots: dict[int, bytes], urls: dict[str, str]
) -> tuple[list[str], int, list[str]]:
    memory.write(key, copy.signed)
    compared = await compare(copy, urls)
    compare_roots(copy, roots, compared)
    remarks = [f"{name}: {rows} rows" for name, rows in compared.rows.items()] + compared.remarks
    if copy.is_clock_moved:
        remarks.append("times were not compared: the clock of this sandbox was moved")
    findings = [str(finding) for finding in (*copy.findings, *compared.findings)]
    return findings, copy.signed.size, remarks


def _source(folder: Path | None, key: str | None) -> tuple[Fetch, str]:
    """Where the log is read from, and whose signature is believed: remembered, given, or asked for once."""
    if folder is not None:
        if key is None:
            fail("公钥未知:请用 --key 给出。 / The log's key is not known: give it with --key.")
        return (lambda path: (folder / path).read_bytes()), key
    platform = Platform(platform_url())

    def fetch(path: str) -> bytes:
        call = audit.log_checkpoint() if path == "checkpoint" else audit.log_tile(path)
        return platform.send(call)

    return fetch, key or str(platform.send(audit.log_key())["key"])


@app.command("key")
@explained
def key() -> None:
    """The log's verifier key, to be kept by whoever checks it later."""
    print(Platform(platform_url()).send(audit.log_key())["key"])


@app.command("witness")
@explained
def witness(
    name: Annotated[str, typer.Option(help="the witness's name, as registered with the log")],
    key_file: Annotated[Path, typer.Option(help="its private key, 32 bytes; made when it is not there")],
    state: StateFile = None,
) -> None:
    """See whether the log only grew since the last time, and cosign its checkpoint."""
    private = _private(key_file)
    memory = Memory(state or key_file.with_suffix(".seen.json"))
    platform = Platform(platform_url())
    try:
        kept = memory.read()
        log_key = kept[0] if kept else str(platform.send(audit.log_key())["key"])
        signed = open_checkpoint(platform.send(audit.log_checkpoint()).decode(), log_key)
        if kept:
            _check_growth(platform, kept[1], signed)
    except NotTheLog as wrong:
        fail(str(wrong))
    memory.write(log_key, signed)
    line = cosignature(signed, name, private, at=int(time.time()))
    note = signed.note.partition("\n\n")[0] + "\n\n" + line
    taken = platform.send(audit.cosign(note))["taken"]
    print(f"{signed.size} leaves; {'cosigned' if taken else 'not registered: ' + witness_key(name, private)}")


@receipts_app.command("check")
@explained
def check(folder: Path) -> None:
    """Look up every event that a kept receipt promised; ends 1 when one is missing, or a receipt is forged."""
    counts: Counter[str] = Counter()
    wrong = []
    try:
        for one in check_receipts(Platform(platform_url()), folder):
            counts[one.state] += 1
            if one.state in ("MISSING", "FORGED"):
                wrong.append(f"{one.state}: event {one.event_id} of {one.accepted}")
    except NotTheLog as not_the_log:
        fail(str(not_the_log))
    print(", ".join(f"{state}: {count}" for state, count in counts.items()) or "no receipts")
    if wrong:
        fail("\n".join(wrong))


def _check_growth(platform: Platform, old: Signed, new: Signed) -> None:
    if new.size < old.size:
        raise NotTheLog(f"the log went back from {old.size} to {new.size} leaves")
    proof = platform.send(audit.prove_consistency(old.size, new.size))["proof"] if old.size < new.size else []
    if not follows(old, new, [bytes.fromhex(part) for part in proof]):
        raise NotTheLog(f"the log of {new.size} leaves does not begin with the {old.size} seen before")


def _private(file: Path) -> Ed25519PrivateKey:
    if not file.exists():
        file.touch(mode=0o600)
        file.write_bytes(Ed25519PrivateKey.generate().private_bytes_raw())
    return Ed25519PrivateKey.from_private_bytes(file.read_bytes())
