"""Stands in for a service: answers, tells what it was told, and ends when asked; `python stand_in.py NAME`.

Needs the standard library alone, so that any user's Python can run it.
"""

import json
import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

NAME = sys.argv[1]


class StandIn(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path == f"/{NAME}/environment":
            self.answer(dict(os.environ))
        elif self.path == "/metrics":
            self.send(b"token_keys 1.0\n", "text/plain")
        else:
            # Long enough to be worth compressing.
            self.answer({"service": NAME, "if_match": self.headers.get("If-Match"), "filling": " " * 2_000})

    def do_POST(self) -> None:
        self.answer({"length": len(self.rfile.read(int(self.headers["Content-Length"])))})

    def answer(self, content: object) -> None:
        self.send(json.dumps(content).encode(), "application/json")

    def send(self, body: bytes, media_type: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", '"one"')
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Keep the log for what matters."""


if os.environ.get("REFUSES_TO_START") == NAME:
    sys.exit("the stand-in was told not to start")
ThreadingHTTPServer((os.environ["HOST"], int(os.environ["PORT"])), StandIn).serve_forever()
