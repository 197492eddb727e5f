"""indicators.yaml and settings, checked whole; the only reader of the environment."""
