"""The SDK for those who integrate with the platform, and the `skills` command built on it.

A call is a value (`client.catalog.list_items(as_of=…)`); `Platform` sends it and waits, `AsyncPlatform` awaits it. Both
fetch and renew access tokens, send an Idempotency-Key with every creating call, and retry what may be retried.
"""
