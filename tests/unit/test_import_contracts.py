"""The import contracts of pyproject.toml, each shown to catch the import it forbids."""

import os
import shutil
import site
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ("catalog", "filing", "registration", "audit", "certificate")
ROOMS = ("api", "consumers", "service", "schemas", "repository", "models", "domain")
PURE = (
    "eligibility",
    "errors",
    "grades",
    "identifiers",
    "marks",
    "merkle",
    "merkle_tiles",
    "modes",
    "regions",
    "transitions",
    "workdays",
)

PLANTED = [
    ("services/filing/plans/service.py", "catalog.items.service", "Services never import one another"),
    ("libs/common/web.py", "filing.plans.domain", "common knows no service"),
    ("libs/client/cli.py", "filing.plans.schemas", "The SDK speaks HTTP and imports nothing of the services"),
    ("deploy/local/stack.py", "common.web", "The launcher imports nothing of what it starts"),
    ("services/filing/plans/api.py", "filing.main", "main is imported by nobody"),
    ("services/filing/plans/service.py", "filing.items.api", "Use cases know neither routes nor consumers"),
    (
        "services/filing/plans/api.py",
        "filing.plans.consumers",
        "Routes and consumers do not know one another",
    ),
    ("services/filing/plans/consumers.py", "filing.plans.api", "Consumers do not know routes"),
    ("services/filing/plans/schemas.py", "filing.plans.service", "Shapes and queries know no use case"),
    ("services/filing/plans/repository.py", "filing.items.service", "Shapes and queries know no use case"),
    ("services/filing/plans/models.py", "filing.plans.repository", "Tables know the domain at most"),
    ("services/filing/plans/domain.py", "filing.items.models", "Rules know nothing around them"),
    (
        "services/filing/plans/domain.py",
        "sqlalchemy.orm",
        "Rules import no web, database, broker or HTTP client",
    ),
    ("libs/common/grades.py", "fastapi", "Rules import no web, database, broker or HTTP client"),
]


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Packages of the names and the shape of the real ones, all empty: they break no contract."""
    root = tmp_path_factory.mktemp("packages")
    modules = [
        *(
            f"services/{name}/{part}/{room}.py"
            for name in SERVICES
            for part in ("plans", "items")
            for room in ROOMS
        ),
        *(f"services/{name}/main.py" for name in SERVICES),
        *(f"libs/common/{name}.py" for name in (*PURE, "web")),
        "libs/client/cli.py",
        "deploy/local/stack.py",
    ]
    for module in modules:
        file = root / module
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
        for package in file.relative_to(root).parents[:-2]:
            (root / package / "__init__.py").touch()
    return root


@pytest.fixture
def planted(packages: Path, request: pytest.FixtureRequest) -> Iterator[None]:
    module, imported, _ = request.param
    file = packages / module
    file.write_text(f"import {imported}\n")
    yield
    file.write_text("")


def broken_contracts(packages: Path) -> set[str]:
    """The names of the contracts that these packages break."""
    paths = [str(packages / folder) for folder in ("services", "libs", "deploy")]
    done = subprocess.run(
        [
            Path(sysconfig.get_path("scripts")) / "lint-imports",
            *("--config", ROOT / "pyproject.toml", "--no-cache", "--no-logo"),
        ],
        cwd=packages,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Contracts:" in done.stdout, done.stdout + done.stderr
    return {line.removesuffix(" BROKEN") for line in done.stdout.splitlines() if line.endswith(" BROKEN")}


def test_empty_packages_keep_every_contract(packages: Path) -> None:
    assert broken_contracts(packages) == set()


@pytest.mark.parametrize(("planted", "contract"), [(row, row[2]) for row in PLANTED], indirect=["planted"])
def test_a_planted_import_breaks_its_contract(packages: Path, planted: None, contract: str) -> None:
    assert contract in broken_contracts(packages)


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_needs_only_itself_and_common(service: str, tmp_path: Path) -> None:
    """What a static check can miss: an import made while the program runs, of a package that is not there."""
    shutil.copytree(ROOT / "services" / service, tmp_path / service)
    shutil.copytree(ROOT / "libs" / "common", tmp_path / "common")
    done = subprocess.run(
        # Without `site` no editable install puts the other services on the path.
        [sys.executable, "-S", "-P", "-c", f"import {service}.main; {service}.main.create_app"],
        cwd=tmp_path,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join([str(tmp_path), *site.getsitepackages()]),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
