"""
What news speaks of, by idea, in six languages: the words that tie reports across languages.

A watch list knows the words of its own subject; these are the common ones of
any report: countries and bodies, offices, things, acts. Each idea is written
as a list under ``terms`` is, all languages together.
"""

from monitor.stories.lexicon.acts import ACTS
from monitor.stories.lexicon.common import COMMON
from monitor.stories.lexicon.people import PEOPLE
from monitor.stories.lexicon.places import PLACES
from monitor.stories.lexicon.things import THINGS

__all__ = ["ACTS", "COMMON", "PEOPLE", "PLACES", "THINGS"]
