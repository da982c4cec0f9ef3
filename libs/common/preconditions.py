"""Conditional requests (RFC 9110 section 13): no lost updates, no needless transfers.

Every resource that may be changed carries a strong ETag made of its version. An update must name the version it was
made from (`If-Match`): missing 428, out of date 412 with the present tag. The star is not a version.
"""

import re
from dataclasses import dataclass

from common.problems import Problem

_TAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e]*"')


def etag(version: int) -> str:
    """The strong entity tag of a version."""
    return f'"v{version}"'


def tags_in(header: str) -> frozenset[str]:
    """The entity tags listed in an If-Match or If-None-Match header; the star and whatever is no tag left out."""
    return frozenset(_TAG.findall(header))


@dataclass(frozen=True, slots=True)
class IfMatch:
    """The versions that the caller holds. `check()` against the version read under lock, before changing anything."""

    tags: frozenset[str]

    def check(self, version: int) -> None:
        """Raises the problem `precondition-failed`, which carries the present tag."""
        if etag(version) not in self.tags:
            raise Problem("precondition-failed", headers={"ETag": etag(version)})


def if_match(header: str | None) -> IfMatch:
    """Raises the problem `precondition-required` when the header is missing, a star, or names no tag."""
    tags = tags_in(header or "")
    if not tags:
        raise Problem("precondition-required")
    return IfMatch(tags)


def none_match(header: str | None, tag: str | None) -> bool:
    """Whether the caller already holds the representation with this tag (weak comparison, RFC 9110 section 13.1.2)."""
    if header is None or tag is None:
        return False
    return header.strip() == "*" or tag.removeprefix("W/") in {
        held.removeprefix("W/") for held in tags_in(header)
    }
