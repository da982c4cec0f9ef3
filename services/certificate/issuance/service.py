"""The use case of issuing: a recognised batch becomes certificates, a chunk in each transaction.

Life of a chunk: take the next results → open identities → take numbers and places → record what is to be signed →
commit → lint → sign → keep certificates → tell. Killed anywhere, the same numbers are signed for the same results when
the work is taken up again.
"""

from certificate.issuance.ground import IDENTITY, Issuing, next_results, take_batch
from certificate.issuance.recording import record, take_counters
from certificate.issuance.signing import sign, sign_recorded
from common.certificate_code import CHINA
from common.unit_of_work import UnitOfWork

__all__ = ["IDENTITY", "Issuing", "issue_next_chunk", "sign", "take_counters"]


async def issue_next_chunk(uow: UnitOfWork, issuing: Issuing) -> bool:
    """Sign what the transaction before recorded of a batch, and record what the next one signs.

    Of the batch that was recognised first; False when none is ready. Safe to call at any time, by several workers.
    """
    async with uow:
        ground = await take_batch(uow.session, today=uow.clock.now().astimezone(CHINA).date())
        if ground is None:
            return False
        if ground.has_recorded:
            await sign_recorded(uow, issuing, ground)
        if not ground.has_recorded:
            results = await next_results(uow.session, ground.batch)
            if results:
                await record(uow, issuing, ground, results)
            else:
                ground.batch.state = "done"
        await uow.commit()
        return True
