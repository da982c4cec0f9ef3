"""Routes of webhooks and of the feed: for organisations, of what concerns them."""

from urllib.parse import urlsplit

from fastapi import APIRouter

from audit.webhooks import service
from audit.webhooks.schemas import FeedOut, MessageOut, ReplayIn, ReplayOut, SecretOut, WebhookIn, WebhookOut
from common.deps import CallerDep, CreatingDep, PageDep, PlatformDep, SessionDep, created, requires
from common.ids import WebhookId
from common.schemas import Listing

router = APIRouter(tags=["webhooks"])
ONE = created("/audit/v1/webhooks/{id}")


@router.post("/webhooks", status_code=201, dependencies=[requires("webhooks:keep"), ONE])
async def post_webhook(
    body: WebhookIn, uow: CreatingDep, caller: CallerDep, platform: PlatformDep
) -> SecretOut:
    """Register an endpoint (Standard Webhooks); its secret is ours, 32 bytes, and told this once."""
    own = [urlsplit(platform.settings.public_url).hostname or ""]
    return await service.make_webhook(uow, body, caller=caller, keyring=platform.keyring, own_hosts=own)


@router.get("/webhooks", dependencies=[requires("webhooks:keep")])
async def get_webhooks(session: SessionDep, caller: CallerDep) -> Listing[WebhookOut]:
    """The organisation's endpoints."""
    return await service.list_webhooks(session, caller)


@router.get("/webhooks/{webhook_id}", dependencies=[requires("webhooks:keep")])
async def get_webhook(webhook_id: WebhookId, session: SessionDep, caller: CallerDep) -> WebhookOut:
    """An endpoint; `disabled` with the reason where nobody listened for five days."""
    return await service.read_webhook(session, webhook_id, caller)


@router.post("/webhooks/{webhook_id}/secret", status_code=201, dependencies=[requires("webhooks:keep"), ONE])
async def post_secret(
    webhook_id: WebhookId, uow: CreatingDep, caller: CallerDep, platform: PlatformDep
) -> SecretOut:
    """Another secret; the one before signs beside it for a day."""
    return await service.change_secret(uow, webhook_id, caller=caller, keyring=platform.keyring)


@router.post(
    "/webhooks/{webhook_id}/enablement", status_code=201, dependencies=[requires("webhooks:keep"), ONE]
)
async def post_enablement(webhook_id: WebhookId, uow: CreatingDep, caller: CallerDep) -> WebhookOut:
    """Let a disabled endpoint be told again."""
    return await service.enable(uow, webhook_id, enabled=True, caller=caller)


@router.post(
    "/webhooks/{webhook_id}/disablement", status_code=201, dependencies=[requires("webhooks:keep"), ONE]
)
async def post_disablement(webhook_id: WebhookId, uow: CreatingDep, caller: CallerDep) -> WebhookOut:
    """Tell an endpoint no more."""
    return await service.enable(uow, webhook_id, enabled=False, caller=caller)


@router.get("/webhooks/{webhook_id}/deliveries", dependencies=[requires("webhooks:keep")])
async def get_deliveries(
    webhook_id: WebhookId, session: SessionDep, page: PageDep, caller: CallerDep
) -> Listing[MessageOut]:
    """What was sent, how often, and what was answered."""
    return await service.list_messages(session, webhook_id, page, caller)


@router.post("/webhooks/{webhook_id}/replay", status_code=202, dependencies=[requires("webhooks:keep"), ONE])
async def post_replay(
    webhook_id: WebhookId, body: ReplayIn, uow: CreatingDep, caller: CallerDep
) -> ReplayOut:
    """Tell again what was found since an instant; it waits behind what is new."""
    return await service.replay(uow, webhook_id, body, caller=caller)


@router.get("/feed", dependencies=[requires("webhooks:keep")])
async def get_feed(session: SessionDep, page: PageDep, caller: CallerDep) -> Listing[FeedOut]:
    """The same as webhooks tell, to be fetched: everything that concerns the organisation, with a cursor."""
    return await service.read_feed(session, page, caller)
