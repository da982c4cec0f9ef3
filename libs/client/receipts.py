"""Keeping receipts of accepted writes, a line of JSON each, in a folder with a file for each service."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx

HEADER = "Skills-Receipt"


@dataclass(frozen=True, slots=True)
class ReceiptFolder:
    """Where receipts are kept; `keep` may be called with any answer."""

    folder: Path

    def keep(self, response: httpx.Response) -> None:
        """Append the receipt that an answer carries. A repetition's receipt is the same and stands there twice."""
        receipt = response.headers.get(HEADER)
        if receipt is None:
            return
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = response.request.url.path
        line = {
            "received_at": datetime.now(UTC).isoformat(),
            "method": response.request.method,
            "path": path,
            "receipt": receipt,
        }
        with (self.folder / f"{path.split('/')[1]}.jsonl").open("a") as file:
            file.write(json.dumps(line) + "\n")
