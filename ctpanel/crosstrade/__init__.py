"""The CrossTrade API over REST and its live stream: the only package that talks to a server."""
