"""Rows become samples with scores, each in the run and for the scorer that it names."""

from data.formats import inputs
from data.formats.base import SampleKey
from data.formats.every_eval_ever import FORMAT
from data.problems import Code
from data.schema import Mark


def codes(reading):
    return [p.code for p in reading.problems]


def cells(reading):
    """(task, sample, epoch, scorer) -> value."""
    t = reading.tables
    tasks = t.runs["task"]
    about = [(tasks[r], i, e) for r, i, e in t.samples.select("run", "sample_id", "epoch").rows()]
    return {(*about[s], name): v for s, name, v in t.scores.select("sample", "scorer", "value").rows()}


def test_a_row_goes_where_its_result_is(read, make):
    doc = make.record(
        make.result("a", id="x", metric_id="acc"),
        make.result("a", id="y", metric_id="f1"),
        make.result("b", id="x", metric_id="acc"),
    )
    rows = [
        make.row("1", 1.0, "x", "a"), make.row("1", 0.5, "y", "a"), make.row("1", 0.0, "x", "b"), make.row("2", 0.25, None, "b")
    ]  # fmt: skip
    assert cells(read(doc, *rows)) == {
        ("a", "1", 1, "acc"): 1.0,
        ("a", "1", 1, "f1"): 0.5,
        ("b", "1", 1, "acc"): 0.0,
        ("b", "2", 1, "acc"): 0.25,
    }


def test_what_comes_again_for_one_result_is_another_epoch(read, make):
    doc = make.record(make.result(id="x", metric_id="acc"))
    rows = [make.row("1", v, "x") for v in (1.0, 0.0)]
    assert cells(read(doc, *rows)) == {("sums", "1", 1, "acc"): 1.0, ("sums", "1", 2, "acc"): 0.0}
    told = [make.row("1", v, "x", metadata={"epoch": e}) for v, e in ((1.0, "2"), (0.0, "1"))]
    assert cells(read(doc, *told)) == {("sums", "1", 2, "acc"): 1.0, ("sums", "1", 1, "acc"): 0.0}


def test_several_metrics_of_one_scorer_are_one_score(read, make):
    doc = make.record(
        *(
            make.result(id=m, metric_name=m, evaluation_description=f"{m} from scorer match")
            for m in ("accuracy", "stderr")
        )
    )
    rows = [make.row("1", 1.0, "accuracy"), make.row("1", 1.0, "stderr")]
    assert cells(read(doc, *rows)) == {("sums", "1", 1, "match"): 1.0}


def test_what_lists_show_of_a_sample(read, make):
    more = {"token_usage": {"total_tokens": 7}, "performance": {"latency_ms": 1500}, "error": "timeout"}
    metadata = {"epoch": "1", "subject": "x", "evalboard.category": "c"}
    row = make.row("1", 0.0, metadata=metadata, **more)
    reading = read(
        make.record(make.result(metric_id="acc"), detailed_evaluation_results={"total_rows": 1}), row
    )
    s = reading.tables.samples.row(0, named=True)
    assert (s["input"], s["target"], s["answer"]) == ("what is 1?", "a, b", "a")
    assert (s["total_tokens"], s["time_s"], s["error"], s["category"]) == (7, 1.5, "timeout", "c")
    assert s["metadata"] == '{"subject":"x"}'
    run = reading.tables.runs.row(0, named=True)
    assert (run["samples_done"], run["samples_failed"], run["total_tokens"]) == (0, 1, 7)


def test_without_a_number_the_verdict_counts_and_without_both_nothing(read, make):
    rows = [
        make.row("1", evaluation={"is_correct": True}),
        make.row("2", evaluation={}),
        make.row("3", evaluation={"score": 2}),
    ]
    reading = read(make.record(make.result(metric_id="acc")), *rows)
    assert list(cells(reading).values()) == [1.0, None, 2.0]
    assert reading.tables.scores["mark"].to_list() == [Mark.VALUE, Mark.UNSCORED, Mark.VALUE]


def test_equal_questions_have_equal_hashes(read, make):
    rows = [make.row(i, input={"raw": q, "reference": []}) for i, q in (("1", "x"), ("2", "x"), ("3", "y"))]
    found = read(make.record(make.result()), *rows).tables.samples["input_hash"].to_list()
    assert found[0] == found[1] != found[2]


def test_a_question_has_the_number_that_it_has_in_every_harness(read, make):
    long = "why? " * 40
    rows = [
        make.row("1", input={"raw": "1 + 1?", "reference": []}, interaction_type="single_turn"),
        make.row("2", input={"raw": "1 + 1?", "reference": []}, interaction_type="agentic"),
        make.row("3", input={"raw": long, "reference": []}, interaction_type="single_turn"),
        make.row("4", input={"raw": long, "reference": []}, interaction_type="single_turn", sample_hash="0f"),
    ]
    found = read(make.record(make.result()), *rows).tables.samples["question_hash"].to_list()
    one, other = inputs.hashes(["1 + 1?", long])
    assert found == [one, None, None, other]


def test_rows_alone_are_a_run_with_the_mean(read, make):
    reading = read(None, *(make.row(str(i), float(i == 0)) for i in range(4)))
    assert reading.tables.runs.select("task", "model").rows() == [("sums", "lab/m")]
    assert reading.tables.metrics.select("metric", "value", "n").rows() == [("mean", 0.25, 4)]
    assert codes(reading) == [Code.ORPHAN_DETAILS]


def test_rows_of_an_evaluation_without_a_result_are_not_lost(read, make):
    doc = make.record(make.result("a", id="x"), make.result("b", id="y"))
    reading = read(doc, make.row("1", 1.0, "x", "a"), make.row("1", 0.5, "z", "c"))
    assert reading.tables.runs["task"].to_list() == ["a", "b", "c"]
    assert codes(reading) == [Code.ORPHAN_DETAILS]


def test_rows_that_were_promised_and_are_not_there(read, make):
    promise = {"detailed_evaluation_results": {"format": "jsonl", "file_path": "x", "total_rows": 3}}
    doc = make.record(make.result(), **promise)
    assert codes(read(doc)) == [Code.NO_SAMPLES]
    assert codes(read(doc, make.row("1"))) == [Code.DISAGREES]
    assert codes(read(doc, *(make.row(i) for i in "123"))) == []


def test_one_sample_is_read_again_with_all_its_scores(log, make):
    doc = make.record(make.result(id="x", metric_id="acc"), make.result(id="y", metric_id="f1"))
    own = log(doc, make.row("0", 0, "x"), make.row("1", 1.0, "x"), make.row("1", 0.5, "y"))
    key = FORMAT.read(own).tables.samples.select("sample_id", "epoch", "locator").row(1)
    found = FORMAT.sample(own, SampleKey(*key))
    assert found["input"] == "what is 1?"
    assert {k: s["value"] for k, s in found["scores"].items()} == {"acc": 1.0, "f1": 0.5}
    own.companions[0].write_bytes(b"{}\n" * 200)
    assert FORMAT.sample(own, SampleKey(*key)) is None


def progress(reading):
    return reading.tables.runs.select("samples_planned", "samples_done", "samples_failed").row(0)


def test_rows_are_all_that_was_done_only_where_the_record_says_so(read, make):
    rows = [make.row(str(i), 0.0) for i in range(10)]

    def promising(n):
        return make.record(make.result(score=0.0), detailed_evaluation_results={"total_rows": n})

    assert progress(read(promising(10), *rows)) == (10, 10, 0)
    assert progress(read(promising(5000), *rows)) == (None, None, None)
    assert progress(read(make.record(make.result(score=0.0)), *rows)) == (None, None, None)
    assert progress(read(None, *rows)) == (10, 10, 0)


def test_what_the_log_of_a_record_said_was_done_is_kept(read, make):
    """A record that we wrote of a log with ten of its 5,000 samples has ten rows, and they are all of its file."""
    details = {"format": "inspect", "run_id": "r", "samples_done": "4990", "samples_planned": "5000"}
    about = {
        "source_metadata": {"additional_details": details},
        "detailed_evaluation_results": {"total_rows": 2},
    }
    doc = make.record(make.result(score=0.0), **about)
    assert progress(read(doc, make.row("1", 0.0), make.row("2", 0.0))) == (5000, 4990, None)
