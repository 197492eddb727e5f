"""The page for one day: what is on it (``build``) and how it is written down (``render``)."""
