"""ctpanel: reverse a NinjaTrader 8 futures position with one press, and know what happened."""

__version__ = "0.1.0"
