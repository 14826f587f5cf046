"""The way to Inspect View."""

from urllib.parse import unquote

import pytest

from data.viewers import sample, viewers

LOG = "/logs/team/a b/2026_x.eval"


def test_the_longest_prefix_serves():
    known = viewers({"/logs": "http://all", "/logs/team/": "https://team:7575/"})
    assert sample(known, "inspect", LOG, "1", 2).startswith(
        "https://team:7575/#/logs/a%20b/2026_x.eval/samples/"
    )
    assert sample(known, "inspect", "/logs/x.eval", "1", 2).startswith("http://all/#/logs/x.eval/")


@pytest.mark.parametrize("id", ["a/b", "../x", "é 🙂", "#?&%", "{epoch}", "\ud800", "1"])
def test_an_id_is_one_segment_of_the_route(id):
    found = sample(viewers({"/logs": "http://v"}), "inspect", LOG, id, 3)
    segment = found.partition("/samples/sample/")[2].split("/")
    assert segment[1:] == ["3", "messages"]
    assert unquote(segment[0]) == id.encode("utf-8", "replace").decode()


def test_a_template_says_where_everything_goes():
    known = viewers({"/logs": "https://v/go?log={log}&id={id}&epoch={epoch}"})
    assert sample(known, "inspect", "/logs/x.eval", "a b", 1) == "https://v/go?log=x.eval&id=a%20b&epoch=1"


def test_what_no_viewer_serves_has_no_link():
    known = viewers({"/logs": "http://v"})
    assert sample(known, "inspect", "/logs-2/x.eval", "1", 1) is None
    assert sample(known, "helm", LOG, "1", 1) is None
    assert sample((), "inspect", LOG, "1", 1) is None


@pytest.mark.parametrize("url", ["javascript:alert(1)", "v:7575", "//v", "data:text/html,x"])
def test_only_web_addresses_are_viewers(url):
    with pytest.raises(ValueError, match="http"):
        viewers({"/logs": url})
