"""The keys by which our own records say more than the schema has places for. Others may leave them out.

In `metric_config.additional_details`: which scorer, metric, category and reducer a result is of. In the `metadata`
of a sample: its epoch, as the coalition's converters have it, and under names that no log would use the rest.
"""

SCORER = "scorer"
METRIC = "metric"
CATEGORY = "category"
CATEGORY_RAW = "category_raw"
REDUCER = "reducer"
EPOCH = "epoch"
CATEGORY_OF_SAMPLE = "evalboard.category"
SCORER_OF_SAMPLE = "evalboard.scorer"
LIMIT = "evalboard.limit"
TOKENS = "evalboard.total_tokens"
OF_A_SAMPLE = {EPOCH, CATEGORY_OF_SAMPLE, SCORER_OF_SAMPLE, LIMIT, TOKENS}
TAGS = "tags"
DONE, PLANNED = "samples_done", "samples_planned"
"""In `source_metadata.additional_details`: what the run's own log says, which may keep the samples of a part only."""
FORMAT, RUN_ID = "format", "run_id"
"""In `source_metadata.additional_details`: which run of which harness a record was written from."""
