"""What the five services share: grades, identifiers, working days, events, messaging and the service frame.

It knows no service. The modules that state rules (grades, workdays, identifiers, errors) import no web framework,
no database, no broker and no HTTP client; import contracts hold this.
"""
