"""Sheets in and out: CSV, NDJSON, JSON and XLSX read as rows of named fields; templates and marked sheets written.

Reading is pure work on bytes, safe against hostile files, and says everything that is wrong at once.
"""
