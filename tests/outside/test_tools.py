"""The programs of others that this folder checks with are here: a missing one is told by its name."""

import shutil

import pytest


@pytest.mark.parametrize("program", ["chromium", "pdffonts", "pdftotext", "softhsm2-util", "go"])
def test_a_program_to_check_with_is_installed(program: str) -> None:
    assert shutil.which(program), f"{program} is missing: make tools"
