"""Numbers in, numbers out: what evalboard concludes from scores. No snapshot, no view, no frame, no words for people.

Scores are float arrays with NaN where there is none; the last axis is samples, one value a sample, epochs already
reduced. What could not be computed is NaN in an array and None in a single result, never 0. Codes such as "wilson"
name methods (`methods.Method`); `docs/statistics.md` says for people what they are, and what was simulated.

A page asks many questions at once: candidates are rows, categories are the last axis of the answer.

    grouping = Grouping.of(samples, groups=category_codes, clusters=cluster_codes)
    found = differences(baseline_row, candidate_rows, grouping)
    judged = verdicts(found, adjust="bh", direction=direction)
    found.low[1, 3], judged.kind[1, 3]
    found.one(1, 3)     # the same as plain values, None for NaN

Nothing here imports scipy.stats, statsmodels or scipy.cluster at start: 0.6 s, 0.8 s and 0.2 s. scipy.special has the
distributions that they themselves use.
"""
