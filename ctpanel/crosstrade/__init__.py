"""The CrossTrade API over REST: the only package that speaks HTTP to a server."""
