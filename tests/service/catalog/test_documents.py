"""Documents of the catalog: kept once under their hash, read by anyone, run by nobody."""

from hashlib import sha256

from tests.service.catalog.world import Catalog

PDF = b"%PDF-1.7 standard"
NAME = sha256(PDF).hexdigest()


async def test_a_document_is_kept_once_and_given_back_as_it_was(catalog: Catalog) -> None:
    assert (await catalog.get(f"/documents/{NAME}")).status_code == 404
    first = await catalog.upload("/documents", PDF, "application/pdf", sha256=NAME)
    again = await catalog.upload("/documents", PDF, "application/pdf")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.headers["location"] == f"/catalog/v1/documents/{NAME}"
    assert first.json() == again.json()
    assert (first.json()["sha256"], first.json()["size"]) == (NAME, 17)
    found = await catalog.get(f"/documents/{NAME}")
    assert (found.content, found.headers["content-type"]) == (PDF, "application/pdf")
    assert found.headers["content-disposition"].startswith("attachment")
    assert found.headers["x-content-type-options"] == "nosniff"


async def test_a_document_of_another_type_than_told_is_refused(catalog: Catalog) -> None:
    answer = await catalog.upload("/documents", PDF, "image/png")
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/file-not-what-it-says")
    assert (await catalog.upload("/documents", PDF, "text/html")).status_code == 415
