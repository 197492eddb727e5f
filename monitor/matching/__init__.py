"""The matching language and its engine: indicators -> Matcher, Item -> Hits."""

from monitor.matching.compile import compile_watch
from monitor.matching.explain import Clause, Explanation, explain, explain_all
from monitor.matching.languages import languages_lacking
from monitor.matching.match import in_scope, match
from monitor.matching.matcher import Matcher
from monitor.matching.problems import RuleProblem
from monitor.matching.question import Question, ask, words_of
from monitor.matching.revisions import describe, lists_used
from monitor.matching.scales import Count, Scales, Verdict

__all__ = [
    "Clause",
    "Count",
    "Explanation",
    "Matcher",
    "Question",
    "RuleProblem",
    "Scales",
    "Verdict",
    "ask",
    "compile_watch",
    "describe",
    "explain",
    "explain_all",
    "in_scope",
    "languages_lacking",
    "lists_used",
    "match",
    "words_of",
]
