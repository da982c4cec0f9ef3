"""Eligibility (申报条件): who may sit for a level, as data, with every condition explained (Art. 2, 14)."""

from common.eligibility.claims import Certificate, Claims, Diploma, Period, Proof, School, Title, TitleGrade
from common.eligibility.evaluation import ClauseFinding, Finding, RuleFinding, Status, evaluate
from common.eligibility.table import Clause, Regulation, Rule, Table, national_table, table_from

__all__ = [
    "Certificate",
    "Claims",
    "Clause",
    "ClauseFinding",
    "Diploma",
    "Finding",
    "Period",
    "Proof",
    "Regulation",
    "Rule",
    "RuleFinding",
    "School",
    "Status",
    "Table",
    "Title",
    "TitleGrade",
    "evaluate",
    "national_table",
    "table_from",
]
