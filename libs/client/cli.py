"""The `skills` command: everyday questions and acts from a terminal, on the platform of its checkout or SKILLS_URL."""

from client.commands import (
    audit,
    catalog,
    certificate,
    clock,
    eligibility,
    filing,
    journal,
    keys,
    search,
    statistics,
)
from client.commands.frame import group

app = group("技能人才职业技能等级服务平台 · skill level platform")
app.command("verify")(certificate.verify)
app.command("eligibility")(eligibility.eligibility)
app.command("verify-journal")(journal.verify_journal)
app.command("statistics")(statistics.statistics)
certificate.keys_app.command("compromise")(keys.compromise)
catalog.app.command("search")(search.search)
for name, commands in (
    ("filing", filing.app),
    ("catalog", catalog.app),
    ("audit", audit.app),
    ("keys", certificate.keys_app),
    ("bundle", certificate.bundle_app),
    ("clock", clock.app),
    ("log", journal.app),
):
    app.add_typer(commands, name=name)


def main() -> None:
    app()


if __name__ == "__main__":
    main()
