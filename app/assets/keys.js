/* Keys that turn to the sample before (k, left) or after (j, right). They follow the page's own links, and only where no
   key is meant for something else: not while typing, not in a table or a list, not with a modifier. */
(function () {
  "use strict";
  var TURNS = { j: ".turn-next", ArrowRight: ".turn-next", k: ".turn-previous", ArrowLeft: ".turn-previous" };
  var BUSY = "input, textarea, select, [contenteditable], [role=listbox], [role=grid], [role=treegrid], .ag-root, .dash-dropdown, .dash-graph, pre";

  document.addEventListener("keydown", function (event) {
    var turn = TURNS[event.key];
    if (!turn || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) { return; }
    if (event.target.closest && event.target.closest(BUSY)) { return; }
    var link = document.querySelector(turn);
    if (link) { event.preventDefault(); link.click(); }
  });
})();
