"""The verification page: one small file that asks nobody else, proves what it shows, and can be read by everyone."""

import json
import re
from base64 import b64encode
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from html.parser import HTMLParser
from typing import Any

import pytest

from certificate.verification import domain, frame
from certificate.verification.domain import Bounds, Finding, Ground, InputUsed, Known, Names, Registered
from certificate.verification.page import code_page, finding_page, form_page
from certificate.verification.proof import SCRIPT, published
from common.certificate_code import KeySet, Refusal, Verified, code_url, encode_text, read_key, verify_code
from common.workdays import official_calendar
from tests.unit.certificate.codes import DAY, NUMBER, code, key_set, signer

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
CALENDAR = official_calendar()
KEYS = KeySet.parse(key_set(signer()))
LIMIT = 60_000
GROUND = Ground(
    "JS-320104-2026-000012",
    date(2026, 10, 9),
    date(2026, 11, 2),
    "电工国家职业技能标准",
    NOW,
    (date(2025, 1, 1), date(2027, 12, 31)),
    10,
    (9, 8),
)
INPUTS = (
    InputUsed("keys", "fresh", NOW),
    InputUsed("status", "old", NOW - timedelta(hours=1)),
    InputUsed("names", "missing"),
    InputUsed("register", "fresh", NOW),
)


def genuine(text: str, known: Known | None) -> Finding:
    verified = verify_code(text, KEYS)
    assert isinstance(verified, Verified)
    claims = verified.claims
    registered = Registered(
        number=claims.number,
        kind="skill_level",
        level=3,
        item_code=claims.item_code,
        item_name="电工",
        organisation_name="江苏长江机械有限公司",
        entrusted_by="某某集团",
        issued_on=DAY,
        kid=verified.kid,
        status_index=claims.status_index,
        code=b"",
        known=known or Known("valid"),
        ground=GROUND,
    )
    found = domain.by_code(verified, known, registered, NOW, Bounds(), is_absent=False)
    return replace(found, inputs=INPUTS, names=Names("电工", "江苏长江机械有限公司"))


CODE = encode_text(code())
FORGED = encode_text(code(signer(secret=99)))
VALID = code_page(genuine(CODE, Known("valid")), CODE, KEYS, CALENDAR)


def refused(text: str) -> str:
    refusal = verify_code(text, KEYS)
    assert isinstance(refusal, Refusal)
    return code_page(domain.not_genuine(refusal, NOW, INPUTS[:1]), text, KEYS, CALENDAR)


PAGES = {
    "valid": VALID,
    "revoked": code_page(genuine(CODE, Known("revoked", NOW, "fraud")), CODE, KEYS, CALENDAR),
    "unprovable": code_page(genuine(CODE, None), CODE, KEYS, CALENDAR),
    "forged": refused(FORGED),
    "longest": refused("A" * 4000),
    "by number": finding_page(genuine(CODE, Known("valid")), CALENDAR),
    "form": form_page(),
}


class Reader(HTMLParser):
    """Elements, what they refer to, and the text of scripts and styles."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.inside: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        tag, attributes = self.seen[-1]
        self.inside.setdefault(f"{tag}#{attributes.get('id') or attributes.get('type') or ''}", data)

    @classmethod
    def of(cls, page: str) -> "Reader":
        reader = cls()
        reader.feed(page)
        return reader


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES.keys())
def test_a_page_is_one_file_of_less_than_60_kb(page: str) -> None:
    assert len(page.encode()) < LIMIT
    for tag, attributes in Reader.of(page).seen:
        assert tag not in {"link", "img", "iframe", "object", "embed", "audio", "video", "base"}
        assert "src" not in attributes
        assert not [name for name in attributes if name.startswith("on")]
        for name in ("href", "action"):
            assert (attributes.get(name) or "/").startswith(("/", "#"))


def test_scripts_and_styles_are_named_by_their_hashes_and_nothing_may_be_fetched() -> None:
    policy = dict(
        part.strip().split(" ", 1) for part in frame.headers(SCRIPT)["Content-Security-Policy"].split(";")
    )
    inside = Reader.of(VALID).inside
    for directive, text in (("script-src", inside["script#module"]), ("style-src", inside["style#"])):
        assert policy[directive] == f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
    assert policy["default-src"] == "'none'"
    assert set(policy) == {
        "default-src",
        "script-src",
        "style-src",
        "form-action",
        "base-uri",
        "frame-ancestors",
    }
    assert "script-src" not in frame.headers()["Content-Security-Policy"]


def test_the_page_of_a_code_carries_the_code_and_the_published_key_that_it_names() -> None:
    material: dict[str, Any] = json.loads(Reader.of(VALID).inside["script#proof-material"])
    assert material == {"code": CODE, "key": key_set(signer())["keys"][0]}
    assert verify_code(material["code"], {"keys": [material["key"]]})
    assert json.loads(Reader.of(PAGES["forged"]).inside["script#proof-material"]) == {
        "code": FORGED,
        "key": None,
    }


def test_a_page_found_by_number_and_name_gives_no_code_away() -> None:
    assert "proof-material" not in PAGES["by number"]
    assert CODE not in PAGES["by number"]
    assert "<script" not in PAGES["by number"]


def test_whatever_the_path_says_it_begins_no_element() -> None:
    text = "</script><script>alert(1)</script>&\"'<!--"
    page = refused(text)
    assert page.count("<script") == 2
    assert json.loads(Reader.of(page).inside["script#proof-material"])["code"] == text


def test_without_scripts_the_page_is_whole_and_says_who_checked_the_signature() -> None:
    for words in (
        "证书有效",
        NUMBER,
        "电工",
        "三级/高级工",
        "某某集团",
        "JS-320104-2026-000012",
        "电工国家职业技能标准",
        "有效期2025年1月1日至2027年12月31日",
        "提前17个工作日",
        "10人审核通过",
        "9人参评，8人合格",
        "本机未独立验证",
        "非最新，截至 2026-12-01 16:00:00",
        "暂不可用",
    ):
        assert words in VALID
    assert "王𬭩" not in re.sub(r"<script.*?</script>", "", VALID, flags=re.DOTALL)


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES.keys())
def test_a_page_has_landmarks_one_heading_of_the_first_rank_and_says_its_languages(page: str) -> None:
    reader = Reader.of(page)
    tags = [tag for tag, _ in reader.seen]
    assert [tags.count(tag) for tag in ("header", "main", "footer", "h1", "title")] == [1] * 5
    assert dict(reader.seen)["html"] == {"lang": "zh-CN"}
    english = [attributes for tag, attributes in reader.seen if attributes.get("class") == "en"]
    assert english
    assert {attributes.get("lang") for attributes in english} == {"en"}
    labelled = {attributes["for"] for tag, attributes in reader.seen if tag == "label"}
    fields = [attributes for tag, attributes in reader.seen if tag == "input"]
    assert {field.get("id") for field in fields if field.get("type") != "hidden"} == labelled
    assert all("aria-hidden" in attributes for tag, attributes in reader.seen if tag == "svg")


def luminance(colour: str) -> float:
    """Relative luminance by WCAG 2.2."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_text_stands_out_from_what_it_stands_on(scheme: int) -> None:
    style = Reader.of(VALID).inside["style#"]
    block = re.findall(r":root \{(.*?)\}", style, flags=re.DOTALL)[scheme]
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block))
    pairs = [(f"{name}", f"{name}-bg") for name in ("good", "bad", "wait")]
    pairs += [("soft", f"{name}-bg") for name in ("good", "bad", "wait")]
    texts = ["ink", "soft", "good", "bad", "wait", *(f"p{at}" for at in range(7))]
    pairs += [(name, "card") for name in texts] + [("ink", "paper"), ("soft", "paper")]
    for text, ground in pairs:
        lighter, darker = sorted((luminance(colours[text]), luminance(colours[ground])), reverse=True)
        assert (lighter + 0.05) / (darker + 0.05) >= 4.5, (text, ground)


def test_the_key_in_the_page_says_all_that_is_published_of_it() -> None:
    jwk = key_set(signer())["keys"][0] | {
        "compromised": {"from": 1793491200, "to": 1793491300},
        "sm2": {
            "x": "CfTfMJ5AGKBs9Yx1aQ_yt9FT0WNRDtZVyD9_PbLAzOA",
            "y": "zOoM4e6Zc5fr2cYxSY5jv9RY21WJVK6mjlJsqLJZjKo",
        },
    }
    assert published(read_key(jwk)) == jwk


def test_a_code_with_its_whole_url_is_found_in_the_page_too() -> None:
    url = code_url("https://skills.example.org", code())
    assert json.loads(
        Reader.of(code_page(genuine(url, Known("valid")), url, KEYS, CALENDAR)).inside[
            "script#proof-material"
        ]
    )["key"]
