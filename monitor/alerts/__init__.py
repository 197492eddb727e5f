"""Alerts: what is worth sending (``decide``) and to whom (``route``)."""
