"""`.env.example` tells of every variable that a service reads."""

import re
from pathlib import Path

import pytest

from audit.settings import AuditSettings
from catalog.settings import CatalogSettings
from certificate.settings import CertificateSettings
from common.settings import ServiceSettings
from filing.settings import FilingSettings
from registration.settings import RegistrationSettings

EXAMPLE = (Path(__file__).parents[2] / ".env.example").read_text()
TOLD = set(re.findall(r"^#?([A-Z0-9_]+)=", EXAMPLE, re.MULTILINE))
OF_EVERY_SERVICE = set(ServiceSettings.model_fields)


@pytest.mark.parametrize(
    "settings", [AuditSettings, CatalogSettings, CertificateSettings, FilingSettings, RegistrationSettings]
)
def test_every_variable_of_a_service_is_told(settings: type[ServiceSettings]) -> None:
    prefix = settings.model_config["env_prefix"]
    own = {f"{prefix}{name.upper()}" for name in set(settings.model_fields) - OF_EVERY_SERVICE}
    assert own <= TOLD


def test_every_variable_of_all_services_is_told() -> None:
    """Unprefixed where it has a name of its own, else shown with the prefix of one service."""
    for name, field in ServiceSettings.model_fields.items():
        alias = field.validation_alias
        assert (alias if isinstance(alias, str) else f"FILING_{name.upper()}") in TOLD, name
