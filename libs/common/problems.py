"""Problem answers (RFC 9457) in Chinese and English: made here, at the edge, and nowhere else.

`common.errors` says what a rule refuses; this module turns it, and everything the frame itself refuses, into
`application/problem+json`. Types are stable (`/problems/<code>`); no answer repeats a value that the caller sent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, Literal

import orjson
from starlette.responses import Response

from common.errors import (
    Bilingual,
    FieldError,
    Forbidden,
    Gone,
    Malformed,
    NotFound,
    PolicyError,
    RuleViolation,
    StateConflict,
    TooLarge,
)

MEDIA_TYPE = "application/problem+json"
Language = Literal["zh", "en"]
_CONTENT_LANGUAGE: Final[dict[Language, str]] = {"zh": "zh-CN", "en": "en"}


@dataclass(frozen=True, slots=True)
class ProblemType:
    """What one cause of refusal is called, and what to do about it in general."""

    code: str
    status: int
    title: Bilingual
    detail: Bilingual


def _frame_type(
    code: str, status: int, title: tuple[str, str], detail: tuple[str, str]
) -> tuple[str, ProblemType]:
    return code, ProblemType(code, status, Bilingual(*title), Bilingual(*detail))


FRAME_TYPES: Final[dict[str, ProblemType]] = dict(
    (
        _frame_type(
            "malformed-request",
            400,
            ("请求格式错误", "Malformed request"),
            (
                "请求不符合 HTTP 规范,连接已关闭;请检查首部后重新发送。",
                "The request breaks the rules of HTTP; the connection was closed. Check its headers and send it again.",
            ),
        ),
        _frame_type(
            "malformed-body",
            400,
            ("请求体无法解析", "Body does not parse"),
            (
                "请求体不是有效的 JSON;请按接口文档修正后重新发送。",
                "The body is not valid JSON; correct it by the API description and send it again.",
            ),
        ),
        _frame_type(
            "idempotency-key-missing",
            400,
            ("缺少 Idempotency-Key", "Idempotency-Key missing"),
            (
                "创建类请求须带 Idempotency-Key 首部(如 UUID),重试不变;见 /problems/idempotency-key-missing。",
                "Send an Idempotency-Key (say, a UUID), the same on retries; see /problems/idempotency-key-missing.",
            ),
        ),
        _frame_type(
            "idempotency-key-malformed",
            400,
            ("Idempotency-Key 格式错误", "Idempotency-Key malformed"),
            (
                "Idempotency-Key 须为 1 至 255 个可见 ASCII 字符。",
                "An Idempotency-Key is 1 to 255 visible ASCII characters.",
            ),
        ),
        _frame_type(
            "token-missing",
            401,
            ("缺少访问令牌", "Access token missing"),
            (
                "该接口须带访问令牌:Authorization: Bearer …;令牌由 /filing/v1/oauth/token 签发。",
                "This route needs an access token: Authorization: Bearer …; /filing/v1/oauth/token issues it.",
            ),
        ),
        _frame_type(
            "token-invalid",
            401,
            ("访问令牌无效", "Access token invalid"),
            (
                "访问令牌无效或账户已停用;请重新获取令牌。",
                "The access token is not valid or its account was revoked; get a new one.",
            ),
        ),
        _frame_type(
            "token-expired",
            401,
            ("访问令牌已过期", "Access token expired"),
            (
                "访问令牌已过期;请重新获取令牌。",
                "The access token has expired; get a new one.",
            ),
        ),
        _frame_type(
            "client-authentication-failed",
            401,
            ("身份验证失败", "Authentication failed"),
            (
                "所用的凭证不属于此人或此账户,或已用过;请核对后重新获取。",
                "The credential is not this person's or account's, or was used before; get a new one.",
            ),
        ),
        _frame_type(
            "permission-denied",
            403,
            ("无权执行此操作", "Permission denied"),
            (
                "该账户没有此操作所需的权限;请使用具备权限的账户,或联系授予账户的部门。",
                "The account lacks the permission for this act; use one that has it, or ask who granted it.",
            ),
        ),
        _frame_type(
            "organisation-suspended",
            403,
            ("机构账户已停用", "The organisation's accounts are shut"),
            (
                "机构被暂停、列入黑名单或已退出,期间账户只能查看;请按 case 所示案号联系处理。",
                "The organisation's accounts only read while a measure stands; ask about the case named in `case`.",
            ),
        ),
        _frame_type(
            "not-found",
            404,
            ("未找到", "Not found"),
            (
                "未找到该资源,或该账户不可见;请核对地址。",
                "There is no such resource, or this account may not see it; check the address.",
            ),
        ),
        _frame_type(
            "method-not-allowed",
            405,
            ("不支持的方法", "Method not allowed"),
            (
                "该地址不支持此方法;可用方法见 Allow 首部。",
                "This address does not take this method; the Allow header lists those it takes.",
            ),
        ),
        _frame_type(
            "not-acceptable",
            406,
            ("无法提供所请求的格式", "Not acceptable"),
            (
                "无法按 Accept 首部所列格式应答;请改用 application/json 或接口文档所列格式。",
                "None of the types in Accept can be produced; use application/json or what the API description lists.",
            ),
        ),
        _frame_type(
            "request-timeout",
            408,
            ("请求超时", "Request timed out"),
            (
                "请求未在时限内传完,连接已关闭;请重新发送。",
                "The request did not arrive in time and the connection was closed; send it again.",
            ),
        ),
        _frame_type(
            "idempotency-key-in-use",
            409,
            ("相同请求正在处理", "Same request still running"),
            (
                "带有该 Idempotency-Key 的请求正在处理;请稍后用同一个键重试。",
                "A request with this Idempotency-Key is still running; retry with the same key in a moment.",
            ),
        ),
        _frame_type(
            "precondition-failed",
            412,
            ("资源已变更", "Resource has changed"),
            (
                "资源在读取之后已被修改;当前版本见 ETag 首部,请重新读取后再修改。",
                "The resource was changed after you read it; its version is in ETag: read it again, then change it.",
            ),
        ),
        _frame_type(
            "payload-too-large",
            413,
            ("请求体过大", "Payload too large"),
            (
                "请求体(解压后)超过上限,或成员过多;请拆分后分批发送。",
                "The body (unpacked) is larger than allowed, or has too many members; split it.",
            ),
        ),
        _frame_type(
            "uri-too-long",
            414,
            ("地址过长", "URI too long"),
            (
                "请求地址过长;查询条件请缩短。",
                "The address is too long; shorten the query.",
            ),
        ),
        _frame_type(
            "unsupported-media-type",
            415,
            ("不支持的媒体类型", "Unsupported media type"),
            (
                "请按接口文档所列的 Content-Type 与编码发送;JSON 只接受 UTF-8。",
                "Send a content type and encoding that the API description lists; JSON is taken in UTF-8 only.",
            ),
        ),
        _frame_type(
            "misdirected",
            421,
            ("请求送错主机", "Misdirected request"),
            (
                "本服务不以该主机名提供服务;请核对地址。",
                "This service does not answer under that host name; check the address.",
            ),
        ),
        _frame_type(
            "validation",
            422,
            ("内容不符合要求", "Content refused"),
            (
                "请求内容不符合要求;请按 errors 逐项修正,一次改完后重新发送。",
                "The content was refused; put right every entry of errors and send it again.",
            ),
        ),
        _frame_type(
            "idempotency-key-reused",
            422,
            ("Idempotency-Key 已用于其他请求", "Idempotency-Key reused"),
            (
                "该 Idempotency-Key 已用于内容不同的请求;新的请求请用新的键。",
                "This Idempotency-Key was used for a request with other content; use a new key for a new request.",
            ),
        ),
        _frame_type(
            "precondition-required",
            428,
            ("须带 If-Match", "Precondition required"),
            (
                "修改须带 If-Match 首部,其值为读取时所得的 ETag;不接受星号。",
                "An update names the version it was made from: If-Match with the ETag read; the star is no version.",
            ),
        ),
        _frame_type(
            "rate-limited",
            429,
            ("请求过于频繁", "Too many requests"),
            (
                "请求过于频繁;请按 Retry-After 首部所示秒数后重试。",
                "Too many requests; retry after the seconds that Retry-After tells.",
            ),
        ),
        _frame_type(
            "header-too-large",
            431,
            ("首部过大", "Header fields too large"),
            (
                "请求首部过大;请缩短后重新发送。",
                "The header fields are too large; shorten them and send the request again.",
            ),
        ),
        _frame_type(
            "internal",
            500,
            ("内部错误", "Internal error"),
            (
                "服务内部出错,已记录;可用同一个 Idempotency-Key 重试,仍失败时请提供 request_id 联系平台。",
                "The service failed and noted it; retry with the same Idempotency-Key, or tell us the request_id.",
            ),
        ),
        _frame_type(
            "unavailable",
            503,
            ("服务暂不可用", "Temporarily unavailable"),
            (
                "服务暂时不可用;请按 Retry-After 首部所示秒数后重试。",
                "The service is not available for the moment; retry after the seconds that Retry-After tells.",
            ),
        ),
    )
)


@dataclass(frozen=True, slots=True)
class Mistake:
    """One entry of `errors[]` that the frame found: where, what is wrong, how to mend it."""

    code: str
    detail: Bilingual
    remedy: Bilingual
    pointer: str | None = None
    parameter: str | None = None
    header: str | None = None


class Problem(Exception):
    """The frame refuses a request; `code` is one of FRAME_TYPES. Rules raise the classes of `common.errors` instead."""

    def __init__(
        self,
        code: str,
        detail: Bilingual | None = None,
        *,
        errors: Sequence[Mistake] = (),
        headers: Mapping[str, str] | None = None,
        facts: Mapping[str, Any] | None = None,
    ) -> None:
        self.type = FRAME_TYPES[code]
        super().__init__(code)
        self.detail = detail or self.type.detail
        self.errors = errors
        self.headers = dict(headers or {})
        self.facts = dict(facts or {})


def malformed_body(reason: str, position: int | None = None) -> Problem:
    """The problem of a body that does not parse; `reason` is one of those below, `position` a byte offset."""
    zh, en = _MALFORMED[reason]
    if position is not None:
        zh, en = f"{zh}(第 {position} 字节处)", f"{en} (at byte {position})"
    facts = {"reason": reason} | ({} if position is None else {"position": position})
    return Problem("malformed-body", Bilingual(f"{zh}。", f"{en}."), facts=facts)


_MALFORMED: Final = {
    "not-json": ("请求体不是有效的 JSON", "The body is not valid JSON"),
    "not-utf-8": ("请求体不是 UTF-8 编码,请以 UTF-8 发送", "The body is not UTF-8; send UTF-8"),
    "too-deep": ("JSON 嵌套过深", "The JSON is nested too deeply"),
    "duplicate-name": ("JSON 对象中有重复的成员名", "A JSON object names a member twice"),
    "number-out-of-range": ("JSON 中的数字超出范围", "A number of the JSON is out of range"),
    "empty": ("请求体为空,此接口需要内容", "The body is empty where one is needed"),
    "not-gzip": ("请求体不是完整的 gzip 数据", "The body is not one whole gzip stream"),
    "not-form": ("请求体不是有效的表单", "The body is not a valid form"),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """A problem ready to be told: status, bilingual texts, entries, headers."""

    code: str
    status: int
    title: Bilingual
    detail: Bilingual
    article: str | None = None
    errors: Sequence[Mistake | FieldError] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def document(self, *, language: Language, request_id: str | None) -> dict[str, Any]:
        """The members of the problem object; empty ones are left out, and no fact may hide a standard member."""
        standard = {
            "type": f"/problems/{self.code}",
            "title": _told(self.title, language),
            "status": self.status,
            "detail": _told(self.detail, language),
            "request_id": request_id,
            "article": self.article,
            "errors": [_entry(error, language) for error in self.errors] or None,
        }
        facts = {name: _plain(value) for name, value in self.facts.items()}
        return {name: value for name, value in (facts | standard).items() if value is not None}


def response(answer: Answer, *, language: Language, request_id: str | None) -> Response:
    """The HTTP answer that tells a problem."""
    document = answer.document(language=language, request_id=request_id)
    headers = {
        "Content-Language": _CONTENT_LANGUAGE[language],
        "Vary": "Accept-Language",
        "Cache-Control": "no-store",
        **answer.headers,
    }
    return Response(orjson.dumps(document), answer.status, headers, MEDIA_TYPE)


def frame_answer(code: str, **headers: str) -> Answer:
    return answer_to(Problem(code, headers={name.replace("_", "-"): text for name, text in headers.items()}))


def answer_to(problem: Problem) -> Answer:
    kind = problem.type
    return Answer(
        kind.code,
        kind.status,
        kind.title,
        problem.detail,
        errors=problem.errors,
        facts=problem.facts,
        headers=_BY_CODE.get(kind.code, {}) | problem.headers,
    )


_BY_CODE: Final[dict[str, dict[str, str]]] = {
    "token-missing": {"WWW-Authenticate": "Bearer"},
    "token-invalid": {"WWW-Authenticate": 'Bearer error="invalid_token"'},
    "token-expired": {"WWW-Authenticate": 'Bearer error="invalid_token"'},
    "permission-denied": {"WWW-Authenticate": 'Bearer error="insufficient_scope"'},
    "unavailable": {"Retry-After": "2"},
}


def language_of(header: str | None) -> Language:
    """Chinese unless the caller ranks English before it (RFC 9110 section 12.5.4)."""
    if not header:
        return "zh"
    ranks: dict[str, float] = {}
    for entry in header.split(","):
        tag, _, parameters = entry.strip().partition(";")
        ranks.setdefault(tag.strip().lower().split("-")[0], _weight(parameters))
    anything = ranks.get("*", 0.0)
    return "en" if ranks.get("en", anything) > ranks.get("zh", anything) else "zh"


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    try:
        return float(value) if name.strip().lower() == "q" else 1.0
    except ValueError:
        return 0.0


def _told(text: Bilingual, language: Language) -> str:
    return text.en if language == "en" else text.zh


def _entry(error: Mistake | FieldError, language: Language) -> dict[str, Any]:
    entry = {
        name: getattr(error, name, None)
        for name in ("pointer", "parameter", "header", "row", "column", "code")
    }
    entry |= {
        name: _told(text, language)
        for name in ("detail", "remedy")
        if (text := getattr(error, name, None)) is not None
    }
    entry["article"] = getattr(error, "article", None)
    return {name: value for name, value in entry.items() if value is not None}


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, list | tuple | frozenset | set):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, str | int | float):
        return value
    return str(value)


_STATUS: Final[tuple[tuple[type[PolicyError], int], ...]] = (
    (TooLarge, 413),  # first: a file that is too large is refused by its content, too
    (RuleViolation, 422),
    (StateConflict, 409),
    (NotFound, 404),
    (Forbidden, 403),
    (Gone, 410),
    (Malformed, 400),
)


def status_of(kind: type[PolicyError]) -> int:
    """The HTTP status of a family of refusals; a class outside of the families is a bug."""
    return next((status for family, status in _STATUS if issubclass(kind, family)), 500)


def refusal(error: PolicyError) -> Answer:
    """The answer to what a rule raised."""
    return Answer(
        error.code,
        status_of(type(error)),
        error.title,
        error.detail,
        article=error.article,
        errors=error.errors,
        facts=error.facts,
    )
