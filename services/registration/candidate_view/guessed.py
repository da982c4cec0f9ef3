"""What certificate tells of guesses at a number: its holder hears of it. A message may come twice, never unsaid."""

from functools import partial

from common.events.certificate import GuessingNoticed
from common.ids import encode_id
from common.inbox import Handlers
from common.notices.post import Post
from common.sealed import Keyring
from common.unit_of_work import UnitOfWork
from registration.candidate_view.contacts import phone_of
from registration.candidate_view.domain import guessing_notice


def handlers_of(post: Post, keyring: Keyring, *, is_sandbox: bool) -> Handlers:
    """The handler, sending by this post."""
    return {GuessingNoticed: partial(_tell_holder, post, keyring, is_sandbox)}


async def _tell_holder(
    post: Post, keyring: Keyring, is_sandbox: bool, uow: UnitOfWork, event: GuessingNoticed
) -> None:
    """To the number on record; without one, only a sandbox has somewhere to put it."""
    phone = await phone_of(uow.session, keyring, event.person_id)
    address = phone or (encode_id("person", event.person_id) if is_sandbox else None)
    if address is not None:
        post.put(address, guessing_notice())
