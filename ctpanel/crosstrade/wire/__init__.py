"""JSON to domain and back: shapes of the CrossTrade API, and nothing about how they travel.

Sources: docs.crosstrade.io/api, xt-docs.pages.dev/api and crosstrade.io/docs/api, page by page.
Unknown fields are ignored; a missing or mistyped required one is Garbled, never a default.
"""
