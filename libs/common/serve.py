"""`python -m common.serve filing`: one process of one service, until it is told to stop.

SIGTERM and SIGINT end it gracefully: no new connections, ten seconds for the answers under way.
"""

import argparse
from importlib import import_module

import uvicorn
from fastapi import FastAPI

from common import logs
from common.http_protocol import protocol
from common.settings import ServiceSettings

SECONDS_TO_FINISH = 10
SECONDS_IDLE = 75  # longer than a gateway keeps an idle connection, so that it is the one who closes


def main() -> None:
    """Serve the service named on the command line at HOST and PORT."""
    parser = argparse.ArgumentParser(
        prog="python -m common.serve", description="Serve one of the platform's services."
    )
    parser.add_argument("service", help="catalog, filing, registration, audit or certificate")
    name: str = parser.parse_args().service
    app: FastAPI = import_module(f"{name}.main").create_app()
    settings: ServiceSettings = app.state.service.settings
    logs.configure(service=name, level=settings.log_level, file=settings.log_file)
    server(app, settings).run()


def server(app: FastAPI, settings: ServiceSettings) -> uvicorn.Server:
    """A uvicorn server with the frame's protocol and limits."""
    return uvicorn.Server(
        uvicorn.Config(
            app,
            host=settings.host,
            port=settings.port,
            loop="uvloop",
            http=protocol(header_seconds=settings.header_seconds),
            ws="none",
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=bool(settings.trusted_proxies),
            forwarded_allow_ips=settings.trusted_proxies or None,
            timeout_keep_alive=SECONDS_IDLE,
            timeout_graceful_shutdown=SECONDS_TO_FINISH,
        )
    )


if __name__ == "__main__":
    main()
