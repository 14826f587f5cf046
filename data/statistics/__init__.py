"""Numbers in, numbers out: what evalboard concludes from scores. No snapshot, no view, no frame, no words for people.

Scores are float arrays with NaN where there is none; the last axis is samples, one value a sample, epochs already
reduced. What could not be computed is NaN in an array and None in a single result, never 0. Codes such as "wilson"
name methods; `docs/statistics.md` says for people what they are.
"""
