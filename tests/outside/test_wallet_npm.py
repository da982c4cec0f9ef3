"""Open Badges and SD-JWT VCs of ours, read by packages of npm that we did not write."""

import copy

import pytest

from tests.outside.npm_packages import NpmPackages
from tests.unit.certificate.wallets import ID_NUMBER, did, jwk, shown, signed_badge, signed_token


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> NpmPackages:
    return NpmPackages.install(tmp_path_factory.mktemp("npm"))


def test_others_accept_what_we_sign_and_refuse_what_was_changed(packages: NpmPackages) -> None:
    badge, token = signed_badge(), signed_token()
    forged = copy.deepcopy(badge)
    forged["credentialSubject"]["achievement"]["name"] = "焊工 一级/高级技师"
    head, payload, signature = token.split("~")[0].split(".")
    broken = f"{head}.{payload}.{signature[:-4]}AAAA~"
    said = packages.run(
        "badges.mjs",
        {
            "did": did(),
            "jwk": jwk(),
            "badges": [badge, forged],
            "tokens": [token, shown(token, "name"), broken],
        },
    )
    assert said["badges"] == [True, False]
    whole, part, refused = said["tokens"]
    assert (whole["id_number"], whole["name"], part["name"]) == (ID_NUMBER, "张𬭩", "张𬭩")
    assert "id_number" not in part
    assert refused is None
