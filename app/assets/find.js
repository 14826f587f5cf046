/* Marks in a sample what its page was asked to find, or what the list was searched for. The browser paints over the text
   (CSS highlights), so no element is added to what a log says; one that cannot shows the text as it is. */
(function () {
  "use strict";
  if (!window.CSS || !CSS.highlights || !window.Highlight) { return; }
  var MOST = 2000, WHERE = ".page-sample .message, .page-sample .texts, .page-sample .score, .page-sample .panel-events pre";
  var waiting = null;

  function needle() {
    var asked = new URLSearchParams(location.search);
    return (asked.get("find") || asked.get("q") || "").toLowerCase();
  }

  function mark() {
    waiting = null;
    var text = needle(), ranges = [];
    CSS.highlights.delete("found");
    if (!text) { return; }
    document.querySelectorAll(WHERE).forEach(function (place) {
      var walker = document.createTreeWalker(place, NodeFilter.SHOW_TEXT), node;
      while ((node = walker.nextNode()) && ranges.length < MOST) { add(ranges, node, text); }
    });
    if (ranges.length) { CSS.highlights.set("found", new Highlight(...ranges)); }
  }

  function add(ranges, node, text) {
    var said = node.data.toLowerCase();
    if (said.length !== node.data.length) { return; } // letters that grow when they are small stand elsewhere
    for (var at = said.indexOf(text); at >= 0 && ranges.length < MOST; at = said.indexOf(text, at + text.length)) {
      var range = new Range();
      range.setStart(node, at);
      range.setEnd(node, at + text.length);
      ranges.push(range);
    }
  }

  function later() { if (!waiting) { waiting = setTimeout(mark, 120); } }

  new MutationObserver(later).observe(document.documentElement, { childList: true, subtree: true, characterData: true });
})();
