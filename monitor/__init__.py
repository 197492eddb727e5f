"""What to watch: keeps an analyst's list of watch indicators alive."""

__version__ = "0.1.0"
