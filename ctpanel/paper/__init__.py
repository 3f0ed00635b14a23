"""The paper exchange: a simulated market behind the CrossTrade API, on loopback."""
