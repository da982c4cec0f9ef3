"""The lists that are served say what was decided, seconds after it, signed with a published key of the platform."""

import json
from collections.abc import Mapping
from typing import Any

import httpx
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from joserfc import jws
from joserfc.jwk import ECKey
from token_status_list import BitArray

from certificate.status.lists import TOKEN_CWT
from common.certificate_code import Verified, verify_code
from common.status_bundle import StatusBundle, opened
from tests.service.certificate.world import Certificates
from tests.support.waiting import eventually

STATUS = "/certificate/v1/status"


async def place_of(certificates: Certificates, code: str) -> int:
    verified = verify_code(code, (await certificates.client.get("/certificate/v1/keys")).json())
    assert isinstance(verified, Verified)
    return verified.claims.status_index


async def published(certificates: Certificates) -> Mapping[str, Any]:
    """The platform's keys for statuses, by key id."""
    answer = await certificates.client.get("/certificate/v1/platform-keys")
    return {jwk["kid"]: jwk for jwk in answer.json()["keys"] if jwk["purpose"] == "status"}


async def fetched(certificates: Certificates, path: str, **headers: str) -> httpx.Response:
    """A file, once it was written for the first time."""

    async def look() -> httpx.Response | None:
        answer = await certificates.client.get(f"{STATUS}{path}", headers=headers)
        return answer if answer.status_code != 404 else None

    return await eventually(look, seconds=20)


async def listed(certificates: Certificates, place: int) -> int:
    """The status of a place in the Token Status List that is served now."""
    answer = await fetched(certificates, f"/lists/{place >> 20}")
    assert answer.headers["content-type"] == "application/statuslist+jwt"
    header = jws.extract_compact(answer.content).headers()
    key = ECKey.import_key((await published(certificates))[str(header["kid"])])
    token = jws.deserialize_compact(answer.content, key, algorithms=["ES256"])
    return int(BitArray.load(json.loads(token.payload)["status_list"])[place & 0xFFFFF])


async def bundle_of(certificates: Certificates, path: str = "/bundle") -> StatusBundle:
    keys = await published(certificates)

    def holds(kid: bytes, message: bytes, signature: bytes) -> bool:
        pair = encode_dss_signature(
            int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
        )
        public = ECKey.import_key(keys[kid.hex()]).public_key
        assert isinstance(public, ec.EllipticCurvePublicKey)
        try:
            public.verify(pair, message, ec.ECDSA(hashes.SHA256()))
        except InvalidSignature:
            return False
        return True

    return opened((await fetched(certificates, path)).content, holds=holds)


async def test_a_revocation_is_in_the_lists_and_in_the_bundle(certificates: Certificates) -> None:
    certificate, _ = await certificates.one()
    place = await place_of(certificates, certificate.code)
    assert await listed(certificates, place) == 0
    before = await bundle_of(certificates)
    assert before.status_at(place) == 0
    await certificates.revoke(certificate.number)

    async def revoked() -> bool | None:
        return True if await listed(certificates, place) == 1 else None

    async def bundled() -> StatusBundle | None:
        found = await bundle_of(certificates)
        return found if found.serial > before.serial else None

    await eventually(revoked, seconds=60)
    after = await eventually(bundled, seconds=60)
    assert after.statuses == {1: (place,)}
    delta = await bundle_of(certificates, f"/bundle/deltas/{before.serial}")
    assert before.continued(delta).statuses == after.statuses


async def test_a_list_is_kept_by_caches_and_asked_for_again_by_its_tag(certificates: Certificates) -> None:
    first = await fetched(certificates, "/lists/0")
    assert first.headers["cache-control"] == "public, max-age=15"
    again = await fetched(certificates, "/lists/0", **{"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_a_list_is_served_in_the_form_that_is_asked_for(certificates: Certificates) -> None:
    cwt = await fetched(certificates, "/lists/0", Accept=TOKEN_CWT)
    assert (cwt.headers["content-type"], cwt.content[:1]) == (TOKEN_CWT, b"\xd2")
    assert cwt.headers["vary"] == "Accept"
    for purpose in ("revocation", "suspension", "message"):
        credential = await fetched(certificates, f"/bitstrings/{purpose}/0")
        assert credential.headers["content-type"] == "application/vc+jwt"


async def test_a_list_that_nobody_keeps_is_not_found(certificates: Certificates) -> None:
    answer = await certificates.client.get(f"{STATUS}/lists/4000")
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")
    assert (await certificates.client.get(f"{STATUS}/bundle/deltas/999")).status_code == 404
