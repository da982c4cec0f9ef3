"""`GET /{service}/v1/notices`: what a sandbox would have sent, for whoever develops against it. Not there otherwise."""

from datetime import datetime

from fastapi import APIRouter

from common.deps import requires
from common.notices.notifier import Outbox
from common.schemas import Listing, Output

SHOWN = 100


class NoticeOut(Output):
    """A message that was not sent but kept."""

    address: str
    text: str
    sent_at: datetime


def notice_routes(outbox: Outbox, *, scope: str) -> APIRouter:
    """The sandbox's outbox, for accounts with a scope; its people are made up."""
    router = APIRouter(prefix="/notices", tags=["sandbox"])

    @router.get("", dependencies=[requires(scope)])
    async def get_notices() -> Listing[NoticeOut]:
        """The newest messages of this process; sandboxes only."""
        return Listing(items=[NoticeOut.model_validate(notice) for notice in outbox.newest(SHOWN)])

    return router
