"""What the panel does: use-cases over ports. May await; knows no Qt, httpx, sqlite or keyring."""
