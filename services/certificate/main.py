"""create_app(): the only place that wires certificate's settings, keystore, routers, consumers and workers."""

from fastapi import FastAPI
from starlette.routing import Route

from certificate.base import Base
from certificate.catalogue.api import router_of as offline_router_of
from certificate.catalogue.service import Catalogue
from certificate.certificates import api as certificates_api
from certificate.corrections import consumers as corrections
from certificate.evidence import consumers as evidence
from certificate.holders import api as holders_api
from certificate.holders import pages as holder_pages
from certificate.holders import sessions
from certificate.holders.service import Desk
from certificate.holders.sessions import purge_holder_sessions
from certificate.issuance import api as issuance_api
from certificate.issuance.consumers import HANDLERS
from certificate.issuance.service import Issuing
from certificate.issuance.status_index import status_key
from certificate.issuance.worker import issue_recognised
from certificate.keys import api as keys_api
from certificate.keys import staff_api as keys_staff_api
from certificate.keys.keystore import Keystore, KeystoreUnusable
from certificate.keys.lives import watch_ends
from certificate.keys.platform import PlatformSigner
from certificate.keys.service import Signers
from certificate.keys.token import TokenVault
from certificate.keys.vault import FileVault, Vault
from certificate.legacy import api as legacy_api
from certificate.measures import consumers as measures
from certificate.measures.worker import follow_measures
from certificate.numbers import api as series_api
from certificate.prints import api as prints_api
from certificate.prints import batches
from certificate.prints.batches import BatchPrint
from certificate.prints.domain import Imprint
from certificate.prints.service import Press
from certificate.proofs import consumers as proofs
from certificate.settings import CertificateSettings
from certificate.status import api as status_api
from certificate.status.board import StatusBoard
from certificate.status.list_api import router_of as lists_router_of
from certificate.status.publishing import BUNDLE, SignerOf, StatusFiles
from certificate.status.worker import carry_out_decisions
from certificate.trail import api as trail_api
from certificate.trail import consumers as trail
from certificate.verification.api import router_of
from certificate.verification.guesses import Guesses
from certificate.verification.lists import api as checks_api
from certificate.verification.lists.job import ListVerification
from certificate.verification.lists.service import KIND, purge_answers
from certificate.verification.pages import routes_of
from certificate.verification.start import Verifying
from certificate.verification.statement import Statements
from certificate.wallet import places as wallet_places
from certificate.wallet.api import router_of as wallet_router_of
from common import sm2
from common.jobs.routes import job_routes
from common.jobs.runner import Kind, purge_jobs, worker
from common.platform import Platform
from common.unit_of_work import UnitOfWork
from common.web import Service, create_service


def create_app(settings: CertificateSettings | None = None) -> FastAPI:
    """The certificate service. Raises pydantic.ValidationError or KeystoreUnusable."""
    settings = settings or CertificateSettings()
    signers = Signers(
        _vault_of(settings),
        lifetime=settings.key_lifetime,
        signs_twice=settings.second_signature == "sm2",
    )
    board = StatusBoard()
    status_files = StatusFiles(board, folder=settings.status_dir, signer_of=_status_signer(signers))
    catalogue = Catalogue(signers, lambda: status_files.read(BUNDLE))
    share_guesses = Guesses()
    press = Press(Imprint(settings.print_provincial_url, settings.print_long_term, settings.validity_years))
    verifying = Verifying(settings, board)
    jobs: dict[str, Kind] = {
        batches.KIND: BatchPrint(press),
        KIND: ListVerification(verifying.verification),
    }

    async def hold_board(platform: Platform) -> None:
        await board.keep_up(platform)

    async def write_status_lists(platform: Platform) -> None:
        await status_files.keep_written(platform)

    def desk(platform: Platform) -> Desk:
        return Desk(platform, verifying.verification(), press)

    async def issue_certificates(platform: Platform) -> None:
        await issue_recognised(
            platform,
            Issuing(
                signers=signers,
                keyring=platform.keyring,
                index_key=settings.index_key(),
                status_key=status_key(settings.index_key()),
                labour_province=settings.labour_province_code,
            ),
        )

    return _hot_routes_first(
        create_service(
            Service(
                name="certificate",
                settings=settings,
                routers=[
                    keys_api.router,
                    keys_staff_api.router,
                    series_api.router,
                    issuance_api.router,
                    certificates_api.router,
                    prints_api.router_of(press, verifying.guard),
                    trail_api.router,
                    legacy_api.router,
                    holders_api.router_of(desk, share_guesses),
                    router_of(verifying.verification, Statements(signers)),
                    checks_api.router,
                    lists_router_of(status_files),
                    offline_router_of(catalogue),
                    wallet_router_of(signers, verifying.guard),
                    status_api.router,
                    job_routes(
                        service="certificate", scope="certificates:read", kinds=jobs, has_sheets=False
                    ),
                ],
                routes=[
                    *routes_of(verifying.verification),
                    *holder_pages.routes_of(desk, share_guesses),
                    *wallet_places.ROUTES,
                ],
                handlers=[
                    HANDLERS,
                    evidence.HANDLERS,
                    corrections.HANDLERS,
                    sessions.HANDLERS,
                    proofs.HANDLERS,
                    measures.HANDLERS,
                    trail.HANDLERS,
                ],
                follows=("filing", "registration", "audit"),
                metadata=Base.metadata,
                migrations="certificate.migrations",
                on_start=[verifying.prepare, status_files.take_key, catalogue.refresh],
                background=[
                    worker(jobs),
                    purge_jobs,
                    purge_answers,
                    purge_holder_sessions,
                    verifying.hold_memory,
                    verifying.hold_register,
                    verifying.tell_of_guesses,
                    hold_board,
                    issue_certificates,
                    watch_ends,
                    carry_out_decisions,
                    follow_measures,
                    write_status_lists,
                    catalogue.keep_fresh,
                ],
            )
        )
    )


def _status_signer(signers: Signers) -> SignerOf:
    async def signer_of(uow: UnitOfWork) -> PlatformSigner:
        return await signers.platform_signer(uow, "status")

    return signer_of


def _vault_of(settings: CertificateSettings) -> Vault:
    """Where the signing keys are kept. Raises KeystoreUnusable, also where a second signature cannot be made."""
    if settings.second_signature and (settings.pkcs11_module is not None or not sm2.is_available()):
        raise KeystoreUnusable("a second signature needs the keystore and OpenSSL 3 with SM2")
    if settings.pkcs11_module is not None:
        return TokenVault(
            str(settings.pkcs11_module), settings.pkcs11_token, settings.pkcs11_pin.get_secret_value()
        )
    if settings.keystore_dir is None or settings.keystore_passphrase is None:
        raise KeystoreUnusable("signing keys need a keystore (folder and passphrase), or a token")
    return FileVault(Keystore.open(settings.keystore_dir, settings.keystore_passphrase.get_secret_value()))


def _hot_routes_first(app: FastAPI) -> FastAPI:
    """Let a plain route answer before the described one at the same path."""
    app.router.routes.sort(key=lambda route: type(route) is not Route)
    return app
