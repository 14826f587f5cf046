/* Where a table was scrolled to. New data draws a table anew under the same address; it then goes on where it was.
   Another address is another view, and begins at its top. */
(function () {
  "use strict";
  var TABLE = ".ag-body-viewport";
  var FRAMES = 60; /* a table is measured and filled within a second, or not for our sake */
  var places = {};

  function key(table) {
    var panel = table.closest(".card-panel");
    return window.location.href + " " + (panel ? panel.className : "");
  }

  function back(table, top, frames) {
    if (!table.isConnected || frames === 0) { return; }
    table.scrollTop = top;
    if (Math.abs(table.scrollTop - top) > 1) {
      window.requestAnimationFrame(function () { back(table, top, frames - 1); });
    }
  }

  document.addEventListener("scroll", function (event) {
    if (event.target.matches && event.target.matches(TABLE)) { places[key(event.target)] = event.target.scrollTop; }
  }, true);

  new MutationObserver(function (changes) {
    changes.forEach(function (change) {
      change.addedNodes.forEach(function (node) {
        var tables = node.querySelectorAll ? node.querySelectorAll(TABLE) : [];
        tables.forEach(function (table) {
          var top = places[key(table)];
          if (top) { back(table, top, FRAMES); }
        });
      });
    });
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
