"""Evaluating bodies (评价机构): application, decision with scope, certificate register (Art. 12)."""
