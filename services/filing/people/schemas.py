"""HTTP shapes of people's sign-in."""

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from common.ids import AccountId
from common.schemas import Input, Line, Name, Output
from filing.people.domain import LONGEST_PASSWORD, SHORTEST_PASSWORD

Username = Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{1,100}$")]
Password = Annotated[str, StringConstraints(min_length=SHORTEST_PASSWORD, max_length=LONGEST_PASSWORD)]


class HolderIn(Input):
    """Whose account it is."""

    name: Name = Field(examples=["赵敏"])
    id_type: Line = Field(default="resident_id", examples=["resident_id"], description="as rosters name it")
    id_number: Line = Field(examples=["32010619090307101X"])


class EnrolmentOut(Output):
    """The code by which the holder chooses a password, shown once; a repetition of the request is told null."""

    account_id: AccountId
    username: str
    enrolment_code: str | None
    ends_at: datetime


class EnrolmentIn(Input):
    """The holder's choice of a password, by the code that was handed over."""

    username: Username = Field(examples=["client_01jdqkrphefh0stfg14d2pf2db"])
    enrolment_code: Annotated[str, StringConstraints(max_length=200)] = Field(
        examples=["v3mF7c1QyHk2Zt9pWd0sJxLbNa8uEr5g"]
    )
    password: Password = Field(examples=["正确 电池 回形针 马 2026"])


class AuthenticatorOut(Output):
    """What an authenticator app is told, once: scan it, then sign in with its first code."""

    otpauth_uri: str


class SignInIn(Input):
    """A person signs in: password and one-time code."""

    username: Username = Field(examples=["client_01jdqkrphefh0stfg14d2pf2db"])
    password: Annotated[str, StringConstraints(max_length=LONGEST_PASSWORD)] = Field(
        examples=["正确 电池 回形针 马 2026"]
    )
    totp_code: Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")] = Field(examples=["287082"])


class OidcSignInIn(Input):
    """A person signs in by the ID token of an issuer that the operator trusts."""

    id_token: Annotated[str, StringConstraints(max_length=16_384)] = Field(
        examples=["eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ.eyJpc3MiOiJodHRwczovL3Nzby5leGFtcGxlIn0.c2ln"]
    )


class OidcIdentityIn(Input):
    """Who the account's holder is at an issuer."""

    issuer: Line = Field(examples=["https://sso.example.gov.cn"])
    subject: Line = Field(examples=["248289761001"])


class OidcIdentityOut(Output):
    """As it is known now."""

    issuer: str
    subject: str

    account_id: AccountId
