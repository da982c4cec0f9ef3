"""One database per service, with two roles: its owner, who migrates it, and the service, who may only use it."""

from dataclasses import dataclass
from urllib.parse import quote, urlsplit, urlunsplit

from local.keys import Keys
from local.postgres import identifier, run_sql
from local.settings import SERVICES


@dataclass(frozen=True)
class ServiceDatabase:
    """How one service reaches its database: URLs for SQLAlchemy, holding passwords."""

    url: str
    migration_url: str


def provision(admin_dsn: str, keys: Keys) -> dict[str, ServiceDatabase]:
    """Make what is missing of roles and databases; each service's URLs. May be run at every start.

    What the service's role may do with each table, the migrations say. Needs an administrator who may create roles
    and databases; a superuser is not needed.
    """
    run_sql(admin_dsn, "".join(_roles_and_database(name, keys) for name in SERVICES))
    return {
        name: ServiceDatabase(
            url=_url(admin_dsn, name, name, keys),
            migration_url=_url(admin_dsn, name, _owner(name), keys),
        )
        for name in SERVICES
    }


def _roles_and_database(name: str, keys: Keys) -> str:
    database, owner = identifier(name), identifier(_owner(name))
    return f"""
        {_role(_owner(name), keys)}
        {_role(name, keys)}
        GRANT {owner} TO CURRENT_USER;
        SELECT 'CREATE DATABASE {database} OWNER {owner}'
         WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{name}') \\gexec
        REVOKE ALL ON DATABASE {database} FROM PUBLIC;
        GRANT CONNECT ON DATABASE {database} TO {identifier(name)};
    """


def _role(name: str, keys: Keys) -> str:
    # The server may be older than our passwords, or ours may be new: it always gets the ones we know.
    return f"""
        SELECT 'CREATE ROLE {identifier(name)}' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{name}') \\gexec
        ALTER ROLE {identifier(name)} LOGIN PASSWORD '{keys.password(f"database:{name}")}';
    """


def _owner(name: str) -> str:
    return f"{name}_owner"


def _url(admin_dsn: str, database: str, role: str, keys: Keys) -> str:
    """The administrator's URL with another role and database, for SQLAlchemy."""
    parts = urlsplit(admin_dsn)
    host = parts.netloc.rpartition("@")[2]
    login = f"{quote(role)}:{quote(keys.password(f'database:{role}'))}"
    return urlunsplit(("postgresql+asyncpg", f"{login}@{host}", f"/{database}", parts.query, ""))
