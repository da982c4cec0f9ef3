"""Wallets on real servers: a holder takes the own certificate along, and whoever is shown it finds the keys."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from joserfc.jwk import ECKey
from jwcrypto.jwk import JWK
from openvc.proof.di_jcs import EddsaJcsProofSuite
from sd_jwt.verifier import SDJWTVerifier

from client import certificate as calls
from tests.service.certificate.world import BODY, Certificates, Person
from tests.unit.certificate.test_wallet import _x

pytestmark = pytest.mark.asyncio(loop_scope="module")
V1 = "/certificate/v1"


@pytest.fixture(scope="module")
def certificates(one_service: Certificates) -> Certificates:
    return one_service


async def taken(
    certificates: Certificates, number: str, person: Person, form: str, **more: Any
) -> httpx.Response:
    body = {"format": form, "number": number, "name": person.name, "id_number": person.id_number}
    return await certificates.client.post(f"{V1}/wallet", json=body | more)


async def test_a_holder_takes_a_badge_whose_key_is_found_by_its_did(certificates: Certificates) -> None:
    certificate, person = await certificates.one()
    answer = await taken(certificates, certificate.number, person, "open_badge")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/vc")
    badge = answer.json()
    assert person.id_number not in answer.text
    did = (await certificates.client.get("/certificate/did.json")).json()
    assert badge["issuer"]["id"] == did["id"]
    [method] = [one for one in did["verificationMethod"] if one["id"] == badge["proof"]["verificationMethod"]]
    key = {"kty": "OKP", "crv": "Ed25519", "x": _x(method["publicKeyMultibase"])}
    assert EddsaJcsProofSuite().verify(badge, public_key_jwk=key, now=datetime(2046, 12, 1, tzinfo=UTC))
    [revocation] = [one for one in badge["credentialStatus"] if one["statusPurpose"] == "revocation"]
    assert "/certificate/v1/status/bitstrings/revocation/" in revocation["statusListCredential"]


async def test_a_holder_takes_an_sd_jwt_bound_to_the_wallet(certificates: Certificates) -> None:
    certificate, person = await certificates.one()
    wallet = {name: str(part) for name, part in ECKey.generate_key("P-256").as_dict(private=False).items()}
    key = {name: wallet[name] for name in ("kty", "crv", "x", "y")}
    answer = await taken(certificates, certificate.number, person, "sd_jwt_vc", holder_key=key)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/dc+sd-jwt")
    issuer = (await certificates.client.get("/.well-known/jwt-vc-issuer/certificate")).json()
    known = {one["kid"]: one for one in issuer["jwks"]["keys"]}
    read = SDJWTVerifier(answer.text, lambda _, header: JWK(**known[header["kid"]]))
    told = read.get_verified_payload()
    assert (told["name"], told["number"], told["cnf"]) == (person.name, certificate.number, {"jwk": key})
    assert told["iss"] == issuer["issuer"]
    described = await certificates.client.get(f"{V1}/wallet/types/{told['kind']}")
    assert described.json()["vct"] == told["vct"]


async def test_the_body_hands_both_out_and_nobody_else(certificates: Certificates) -> None:
    certificate, _ = await certificates.one()
    own = certificates.service.as_("organisation_reader", organisation_id=BODY)
    for call in (calls.badge(certificate.number), calls.sd_jwt(certificate.number)):
        answer = await certificates.client.get(call.path, headers=own | dict(call.headers))
        assert answer.status_code == 200, answer.text
        call.read(answer)
    elsewhere = certificates.service.as_("centre_head", region="320500")
    assert (
        await certificates.client.get(f"{V1}/certificates/{certificate.number}/badge", headers=elsewhere)
    ).status_code == 404


async def test_any_mismatch_is_one_answer_and_a_revoked_certificate_goes_into_no_wallet(
    certificates: Certificates,
) -> None:
    certificate, person = await certificates.one()
    wrong = await taken(certificates, certificate.number, Person("别人"), "open_badge")
    assert (wrong.status_code, wrong.json()["type"]) == (404, "/problems/certificate-not-found")
    assert (await certificates.revoke(certificate.number)).status_code == 201
    refused = await taken(certificates, certificate.number, person, "open_badge")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/certificate-not-printable")
