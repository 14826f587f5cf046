/* Which rows of tables were ticked, for as long as the window is open: they stay ticked when a filter leaves other rows, when
   a reader comes back to the page, and when it is loaded anew. They are in no address: a link shows what it says. */
(function () {
  "use strict";
  var STORE = "ticks"; /* of Dash, which keeps it in the session's storage under this name */
  var BY_HAND = ["checkboxSelected", "spaceKey", "rowClicked"];
  var made = window.dashAgGridFunctions = window.dashAgGridFunctions || {};
  var now = null;

  function ticks() {
    if (!now) {
      try { now = JSON.parse(window.sessionStorage.getItem(STORE)) || []; }
      catch (error) { now = []; } /* a browser that keeps nothing */
    }
    return now;
  }

  function tell(ids) {
    now = ids;
    window.dash_clientside.set_props(STORE, { data: ids });
  }

  function rows(api) {
    var found = [];
    api.forEachNode(function (row) { if (row.data && row.data._tick) { found.push(row); } });
    return found;
  }

  made.keepTicks = function (params) {
    if (BY_HAND.indexOf(params.source) < 0) { return; } /* new data unticks all, before its rows are ticked again */
    var here = rows(params.api), listed = here.map(function (row) { return row.data._tick; });
    var elsewhere = ticks().filter(function (id) { return listed.indexOf(id) < 0; });
    tell(elsewhere.concat(listed.filter(function (_, i) { return here[i].isSelected(); })));
  };

  made.isTicked = function (row) { return ticks().indexOf(row._tick) >= 0; };

  document.addEventListener("click", function (event) {
    if (!event.target.closest || !event.target.closest(".untick")) { return; }
    tell([]);
    document.querySelectorAll(".grid:has(.ag-selection-checkbox)").forEach(function (table) {
      window.dash_clientside.set_props(JSON.parse(table.id), { selectedRows: [] });
    });
  });
})();
