"""One database per service, with two roles: its owner, who migrates it, and the service, who may only use it."""

from concurrent.futures import ThreadPoolExecutor
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
    """Make what is missing of roles, databases and grants; each service's URLs. May be run at every start.

    Needs an administrator who may create roles and databases; a superuser is not needed.
    """
    run_sql(admin_dsn, "".join(_roles_and_database(name, keys) for name in SERVICES))
    with ThreadPoolExecutor(len(SERVICES)) as pool:
        list(pool.map(lambda name: _grant(_url(admin_dsn, name, _owner(name), keys), name), SERVICES))
    return {
        name: ServiceDatabase(
            url=_url(admin_dsn, name, name, keys, driver="postgresql+asyncpg"),
            migration_url=_url(admin_dsn, name, _owner(name), keys, driver="postgresql+asyncpg"),
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


def _grant(owner_dsn: str, name: str) -> None:
    """What the owner makes, the service may read and write; that it may not alter it needs no grant."""
    role = identifier(name)
    run_sql(
        owner_dsn,
        f"""
        GRANT USAGE ON SCHEMA public TO {role};
        ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role};
        ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {role};
        """,
    )


def _owner(name: str) -> str:
    return f"{name}_owner"


def _url(admin_dsn: str, database: str, role: str, keys: Keys, *, driver: str = "postgresql") -> str:
    """The administrator's URL with another role and database."""
    parts = urlsplit(admin_dsn)
    host = parts.netloc.rpartition("@")[2]
    login = f"{quote(role)}:{quote(keys.password(f'database:{role}'))}"
    return urlunsplit((driver, f"{login}@{host}", f"/{database}", parts.query, ""))
