"""`make demo`: the main job from an empty platform to verified certificates, over the HTTP API.

An employer evaluates 2,000 workers, an agency holds a social session of 60 candidates. The last line printed is one
JSON object with the figures. SEED chooses other people, WORKERS and CANDIDATES say how many, KEEP=1 leaves the platform
running.
"""

import hashlib
import json
import os
import random
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import segno
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from client import catalog, certificate, filing, journey, registration, sample
from client.discovery import authority_credentials, data_folder
from client.journey import Body, Centre
from client.local_stack import running_platform
from client.platform import Platform
from client.problems import Problem
from common.certificate_code import verify_code
from common.workdays import official_calendar

REGION = "320106"
WORKERS, WORKER_LEVEL, WORKER_ITEM = int(os.environ.get("WORKERS", "2000")), 4, "电工"
CANDIDATES, CANDIDATE_LEVEL, CANDIDATE_ITEM = int(os.environ.get("CANDIDATES", "60")), 3, "保育员"
SEATS = 30  # of a sitting: three examiners may have 45 candidates before them
PASS_MARK = 60


@dataclass
class Demo:
    """What the run has in hand, and the figures it prints at its end."""

    platform: Platform
    authority: Platform
    centre: Centre
    rng: random.Random
    seed: int
    screen: Console
    folder: Path
    figures: dict[str, Any] = field(default_factory=dict)

    def step(self, zh: str, en: str) -> None:
        self.screen.print(f"[bold red]■[/] [bold]{zh}[/]  [dim]{en}[/]")

    def tell(self, text: str) -> None:
        self.screen.print(f"  {text}", soft_wrap=True)

    @contextmanager
    def progress(self, label: str, total: int) -> Iterator[Any]:
        columns = (
            TextColumn("  {task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=self.screen) as bar:
            task = bar.add_task(label, total=total)
            yield lambda done: bar.update(task, completed=done)


def main() -> int:
    """Run the demo; 0 when everything happened as it must."""
    screen = Console(highlight=False)
    began = time.monotonic()
    with running_platform(keep=os.environ.get("KEEP") == "1") as url:
        demo = prepare(url, screen)
        load_lists(demo)
        employer_plan, expected = evaluate_workers(demo)
        social_plan, social_expected = hold_social_session(demo)
        collect(demo, {employer_plan: expected, social_plan: social_expected})
        check_certificate(demo, employer_plan)
        demo.figures["seconds"] = round(time.monotonic() - began, 1)
        screen.print()
    print(json.dumps(demo.figures, ensure_ascii=False))
    return 0


def prepare(url: str, screen: Console) -> Demo:
    platform = Platform(url)
    authority = platform.acting_as(authority_credentials())
    seed = int(os.environ.get("SEED", "1"))
    # A second run on a kept platform needs other organisations: the platform's own time makes them differ.
    rng = random.Random(f"{seed} {platform.send(catalog.read_clock()).now}")
    folder = data_folder() / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    screen.print(f"\n[bold]技能人才职业技能等级服务平台[/]  {url}\n")
    centre = journey.open_centre(authority, region=REGION, rng=rng)
    return Demo(platform, authority, centre, rng, seed, screen, folder)


def load_lists(demo: Demo) -> None:
    demo.step("目录清单", "the list of occupations")
    journey.load_lists(demo.authority)
    today = journey.today(demo.platform)
    counts = {}
    for track in ("national_qualification", "skill_level"):
        items, cursor = 0, None
        while True:
            page = demo.platform.send(catalog.list_items(as_of=today, track=track, cursor=cursor))
            items, cursor = items + len(page.items), page.next
            if cursor is None:
                break
        counts[track] = items
    demo.figures["items_national"], demo.figures["items_skill_level"] = counts.values()
    demo.tell(
        f"国家职业资格 {counts['national_qualification']} 项,职业技能等级 {counts['skill_level']} 项 "
        f"(退出国家目录的项目自动转为职业技能等级项目,第3条)"
    )


def evaluate_workers(demo: Demo) -> tuple[str, int]:
    """Flow 1 of Art. 18: the employer files, evaluates and reports; returns the plan and the certificates due."""
    demo.step("企业自主评价", f"an employer evaluates {WORKERS:,} workers")
    body = journey.register_body(
        demo.authority, sample.employer(demo.rng), mode="enterprise", levels=(5, 4, 3), rng=demo.rng
    )
    plan = _file(
        demo,
        body,
        kind="employer",
        mode="enterprise",
        item=WORKER_ITEM,
        level=WORKER_LEVEL,
        headcount=WORKERS,
    )
    workers = sample.people(WORKERS, seed=demo.seed)
    rows = sample.result_rows(workers, level=WORKER_LEVEL, evaluated_on=plan.ends_on, seed=demo.seed)
    journey.move_clock_to(demo.authority, plan.ends_on, hour=18)
    first = _report_with_mistakes(demo, body, plan.id, rows)
    demo.figures["workers"] = len(rows)
    demo.figures["rows_rejected"] = (first.result or {}).get("rejected")
    journey.supervise(demo.centre, plan.id, head_count=len(rows))
    return plan.id, sum(map(_passes, rows))


def hold_social_session(demo: Demo) -> tuple[str, int]:
    """Flow 2 of Art. 18: roster, review of each candidate, supervisor, results by the team leader."""
    demo.step("社会化评价", f"a social session of {CANDIDATES} candidates")
    body = journey.register_body(
        demo.authority, sample.agency(demo.rng), mode="social", levels=(5, 4, 3), rng=demo.rng
    )
    people = sample.people(CANDIDATES, seed=demo.seed + 1)
    roster = sample.as_xlsx(sample.roster_rows(people, level=CANDIDATE_LEVEL))
    plan = _file(
        demo,
        body,
        kind="social",
        mode="social",
        item=CANDIDATE_ITEM,
        level=CANDIDATE_LEVEL,
        headcount=CANDIDATES,
        roster=roster,
    )
    _upload(
        demo, body.filer, registration.upload_roster(plan.id, roster, registration.XLSX), "花名册", CANDIDATES
    )
    demo.centre.head.send(registration.review(plan.id, approve_all=True))
    demo.tell(f"中心逐人审核报名资格:通过 {CANDIDATES} 人")
    rows = sample.result_rows(people, level=CANDIDATE_LEVEL, evaluated_on=plan.ends_on, seed=demo.seed + 1)
    journey.move_clock_to(demo.authority, plan.ends_on, hour=18)
    journey.supervise(demo.centre, plan.id, head_count=CANDIDATES)
    demo.tell("督导员已提交现场督导报告")
    upload = registration.upload_results(plan.id, sample.as_xlsx(rows), registration.XLSX)
    _upload(demo, body.recorder, upload, "评价结果", CANDIDATES)
    demo.figures["candidates"] = len(rows)
    return plan.id, sum(map(_passes, rows))


def _file(
    demo: Demo,
    body: Body,
    *,
    kind: str,
    mode: str,
    item: str,
    level: int,
    headcount: int,
    roster: bytes | None = None,
) -> filing.Plan:
    today = journey.today(demo.platform)
    starts_on = official_calendar().earliest_start(today).day
    plan_in = journey.plan_body(
        demo.platform,
        body,
        kind=kind,
        mode=mode,
        item_name=item,
        level=level,
        headcount=headcount,
        starts_on=starts_on,
    )
    plan_in["examiners"] = journey.register_examiners(demo.centre, item_name=item, rng=demo.rng)
    if roster is not None:
        plan_in["roster"] = {"sha256": hashlib.sha256(roster).hexdigest(), "candidates": headcount}
        plan_in["sessions"] = journey.sittings(plan_in, candidates=headcount, seats=SEATS)
        plan_in["ends_on"] = max(starts_on, plan_in["sessions"][-1]["ends_at"].date())
    plan = journey.file_plan(body, demo.centre, plan_in)
    demo.tell(f"{body.organisation.name}:方案 {plan.number},{today} 备案,{starts_on} 开始(提前15个工作日)")
    return plan


def _report_with_mistakes(
    demo: Demo, body: Body, plan_id: str, rows: list[dict[str, Any]]
) -> registration.Job:
    """Send the sheet with a few rows spoilt, show what is wrong with them, send them again mended."""
    spoilt = dict(zip(sorted(demo.rng.sample(range(len(rows)), 5)), _spoil(), strict=True))
    sheet = [row | spoilt[number] if number in spoilt else row for number, row in enumerate(rows)]
    upload = registration.upload_results(
        plan_id, sample.as_xlsx(sheet), registration.XLSX, on_invalid="accept_valid"
    )
    job = _upload(demo, body.recorder, upload, "评价结果", len(sheet))
    _show_mistakes(demo, body, job)
    mended = [rows[number] for number in spoilt]
    again = registration.upload_results(plan_id, sample.as_xlsx(mended), registration.XLSX)
    _upload(demo, body.recorder, again, "更正后重报", len(mended))
    return job


def _spoil() -> tuple[dict[str, Any], ...]:
    return (
        {"证件号码": "320106199003071010"},
        {"姓名": ""},
        {"认定等级": 1},
        {"理论成绩": 105},
        {"技能成绩": None, "缺考": None},
    )


def _show_mistakes(demo: Demo, body: Body, job: registration.Job) -> None:
    table = Table(box=None, padding=(0, 2))
    for heading in ("行", "列", "问题", "如何更正"):
        table.add_column(heading, overflow="fold")
    for mistake in journey.every_mistake(body.recorder, job.id):
        table.add_row(str(mistake.row or ""), mistake.column or "", mistake.detail, mistake.remedy)
    demo.screen.print(table)
    path = demo.folder / "results-with-errors.xlsx"
    path.write_bytes(body.recorder.send(registration.job_sheet(job.id)))
    demo.tell(f"附错误说明的原表: {path}")


def _upload(demo: Demo, who: Platform, call: Any, label: str, rows: int) -> registration.Job:
    with demo.progress(label, rows) as show:
        job = journey.finish_job(who, journey.eventually(who, call), on_progress=lambda one: show(one.done))
        show(rows)
    if job.state != "completed":
        raise SystemExit(f"{label}: {job.state} {journey.every_mistake(who, job.id)[:5]}")
    return job


def _passes(row: dict[str, Any]) -> bool:
    marks = [row["理论成绩"], row["技能成绩"]]
    return all(mark is not None and mark >= PASS_MARK for mark in marks)


def collect(demo: Demo, due: dict[str, int]) -> None:
    """Wait for recognition and issue, and compare with what the marks say is due."""
    demo.step("结果认定与发证", "recognition, gate by gate, and issue")
    issued = 0
    for plan_id, expected in due.items():
        with demo.progress("证书", expected) as show:
            found = journey.wait_for_certificates(demo.centre.head, plan_id, expected, on_progress=show)
        count = sum(one.certificates_issued for one in found)
        if count != expected:
            raise SystemExit(f"{count} certificates issued, {expected} due")
        issued += count
        for gate in found[0].gates:
            demo.tell(f"✓ {gate['gate']:<20} {gate['detail_zh']}(第{gate['article']}条)")
    demo.figures["certificates_issued"] = issued


def check_certificate(demo: Demo, plan_id: str) -> None:
    """Online, offline, print, then revoke one and see that verification says so."""
    demo.step("证书查验", "verify online and offline, print, revoke")
    chosen = journey.first_certificate(demo.centre.head, plan_id)
    url = f"{demo.platform.url}/V/{chosen.code.rpartition('/')[2]}"
    demo.figures["verified_online"] = demo.platform.send(certificate.verify(code=chosen.code)).verdict
    published = demo.platform.send(certificate.keys())
    demo.figures["verified_offline"] = _offline(chosen.code, published)
    demo.tell(
        f"证书 {chosen.number}:联网查验 {demo.figures['verified_online']},离线验签 {demo.figures['verified_offline']}"
    )
    path = demo.folder / f"{chosen.number}.pdf"
    path.write_bytes(demo.centre.head.send(certificate.pdf(chosen.number)))
    segno.make(chosen.code, error="m", boost_error=False, micro=False).terminal(sys.stdout, compact=True)
    demo.tell(f"打印件 {path}\n  查验页 {url}")
    demo.authority.send(
        certificate.revoke(
            chosen.number, reason_code="issued_in_error", decision_document="苏人社撤〔2026〕1号"
        )
    )
    after = journey.eventually(
        demo.platform, certificate.verify(code=chosen.code), lambda found: found.verdict != "valid"
    )
    demo.tell(f"撤销后查验: {after.verdict}({after.state})")
    demo.figures |= {
        "verified_after_revocation": after.verdict,
        "certificates_revoked": 1,
        "certificate_number": chosen.number,
        "pdf": str(path),
        "verify_url": url,
    }


def _offline(code: str, published: dict[str, Any]) -> str:
    """The signature check that a phone without network makes: the code, the published keys, nothing else."""
    return "signature_valid" if verify_code(code, published) else "signature_invalid"


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (Problem, journey.NotInTime) as failure:
        Console(stderr=True).print(f"[bold red]演示未完成 / the demo did not finish:[/] {failure}")
        sys.exit(1)
