"""Our status lists, read by implementations that we did not write: three of npm, and two of PyPI in the unit tests."""

from datetime import UTC, datetime

import pytest

from certificate.issuance.status_index import LIST_PLACES
from certificate.status import lists
from certificate.status.domain import Status
from certificate.status.lists import PURPOSES, StatusList
from tests.outside.npm_packages import NpmPackages
from tests.unit.certificate.test_status_lists import Signer

PUBLIC_URL = "https://skills.example.org"
STATUSES: dict[int, Status] = {
    0: "revoked",
    1: "suspended",
    2: "under_review",
    5: "superseded",
    LIST_PLACES - 1: "suspended",
}
LISTED = StatusList(0, STATUSES, datetime.now(UTC), PUBLIC_URL)
PLACES = [0, 1, 2, 3, 5, LIST_PLACES - 1]


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> NpmPackages:
    return NpmPackages.install(tmp_path_factory.mktemp("npm"))


def test_others_read_every_place_as_we_wrote_it(packages: NpmPackages) -> None:
    said = packages.run(
        "status_lists.mjs",
        {
            "jwt": lists.token_jwt(LISTED, Signer()).decode(),
            "credentials": [lists.bitstring_credential(LISTED, purpose) for purpose in PURPOSES],
            "entries": [lists.bitstring_entries(PUBLIC_URL, place) for place in PLACES],
            "places": PLACES,
        },
    )
    assert said["token"] == [1, 2, 3, 0, 0xB, 2]
    assert said["message"] == said["told"] == [1, 2, 3, 0, 0xB, 2]
    assert said["bits"] == {
        "revocation": [True, False, False, False, True, False],
        "suspension": [False, True, False, False, False, True],
    }
    assert said["checked"] == [
        list(pair) for pair in zip(said["bits"]["revocation"], said["bits"]["suspension"], strict=True)
    ]
