"""A real browser, driven over its DevTools protocol: pages as people see them, and everything that they ask for."""

import base64
import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.request import urlopen

import websocket

PATIENCE_SECONDS = 60.0
ARGUMENTS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--remote-debugging-port=0",
    "--remote-allow-origins=*",
    "--window-size=412,2200",
    "--force-device-scale-factor=1",
)


@contextmanager
def browser(folder: Path) -> Iterator["Browser"]:
    """A browser with an empty profile in this folder, for as long as the block lasts."""
    program = shutil.which("chromium")
    assert program, "chromium is missing: make tools"
    with subprocess.Popen(
        [program, *ARGUMENTS, f"--user-data-dir={folder}", "about:blank"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as running:
        try:
            yield Browser(_port(folder))
        finally:
            running.terminate()
            running.wait()


def _port(folder: Path) -> int:
    """Where the browser listens, once it says so."""
    told = folder / "DevToolsActivePort"
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not told.exists() or not told.read_text().strip():
        assert time.monotonic() < deadline, "the browser did not start"
        time.sleep(0.05)
    return int(told.read_text().split()[0])


class Browser:
    """A started browser; `tab()` opens a page of its own."""

    def __init__(self, port: int) -> None:
        self._base = f"http://127.0.0.1:{port}"

    def tab(self, *, runs_scripts: bool = True) -> "Tab":
        with urlopen(f"{self._base}/json/list") as answer:
            (target, *_) = [one for one in json.load(answer) if one["type"] == "page"]
        tab = Tab(target["webSocketDebuggerUrl"])
        for domain in ("Page", "Runtime", "Network", "Log", "DOM"):
            tab.call(f"{domain}.enable")
        tab.call("Network.setCacheDisabled", cacheDisabled=True)
        tab.call("Emulation.setScriptExecutionDisabled", value=not runs_scripts)
        return tab


class Tab:
    """A page: what it asked for (`requests`), what the browser complained of (`complaints`), what it shows."""

    def __init__(self, url: str) -> None:
        self._socket = websocket.create_connection(url, timeout=PATIENCE_SECONDS)
        self._last = 0
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self._loads = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """A command of the protocol and its answer; what happens meanwhile is noted."""
        self._last += 1
        self._socket.send(json.dumps({"id": self._last, "method": method, "params": parameters}))
        while True:
            message = json.loads(self._socket.recv())
            if message.get("id") == self._last:
                assert "error" not in message, message
                found: dict[str, Any] = message["result"]
                return found
            self._note(message)

    def open(self, url: str) -> None:
        """Go there, and wait until the page is loaded."""
        before = self._loads
        self.call("Page.navigate", url=url)
        while self._loads == before:
            self._note(json.loads(self._socket.recv()))

    def ask(self, expression: str) -> Any:
        """The value of a JavaScript expression in the page."""
        found = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def wait_for(self, expression: str) -> Any:
        """Its value, as soon as it is one."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not (found := self.ask(expression)):
            assert time.monotonic() < deadline, f"still not so: {expression}"
            time.sleep(0.05)
        return found

    def text(self) -> str:
        """What a reader sees; the markup decides where scripts may not run."""
        root = self.call("DOM.getDocument", depth=0)["root"]["nodeId"]
        main = self.call("DOM.querySelector", nodeId=root, selector="main")["nodeId"]
        return str(self.call("DOM.getOuterHTML", nodeId=main)["outerHTML"])

    def choose(self, selector: str, file: Path) -> None:
        """Put a file into a file field."""
        root = self.call("DOM.getDocument", depth=0)["root"]["nodeId"]
        field = self.call("DOM.querySelector", nodeId=root, selector=selector)["nodeId"]
        self.call("DOM.setFileInputFiles", nodeId=field, files=[str(file)])

    def go_offline(self) -> None:
        self.call(
            "Network.emulateNetworkConditions",
            offline=True,
            latency=0,
            downloadThroughput=-1,
            uploadThroughput=-1,
        )

    def screenshot(self, file: Path) -> None:
        file.write_bytes(base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"]))

    def _note(self, message: dict[str, Any]) -> None:
        match message.get("method"):
            case "Page.loadEventFired":
                self._loads += 1
            case "Network.requestWillBeSent":
                self.requests.append(message["params"]["request"]["url"])
            case "Log.entryAdded":
                self.complaints.append(message["params"]["entry"]["text"])
            case "Runtime.exceptionThrown":
                self.complaints.append(json.dumps(message["params"]["exceptionDetails"]))
