/* How tables write numbers and draw cells. Whatever comes from a log is a text node, never markup. */
(function () {
  "use strict";
  var number = window.dashAgGridFunctions = window.dashAgGridFunctions || {};
  var parts = window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {};

  function known(x) { return typeof x === "number" && isFinite(x); }

  function minus(text) { return text.replace("-", "\u2212"); }

  function written(x, digits) {
    return minus(x.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits }));
  }

  number.number = function (x, digits) { return known(x) ? written(x, digits) : ""; };
  number.integer = function (x) { return known(x) ? minus(Math.round(x).toLocaleString("en-US")) : ""; };
  number.percent = function (x) { return known(x) ? (100 * x).toFixed(0) + " %" : ""; };
  number.delta = function (x, digits) { return known(x) ? (x > 0 ? "+" : "") + written(x, digits) : ""; };
  number.interval = function (low, high, digits) {
    return known(low) && known(high) ? number.delta(low, digits) + " to " + number.delta(high, digits) : "";
  };
  number.p = function (x) { return !known(x) ? "" : x < 0.001 ? "< 0.001" : x.toFixed(3); };
  number.seconds = function (x) {
    if (!known(x)) { return ""; }
    if (x < 59.95) { return x.toFixed(1) + " s"; }
    var whole = Math.round(x), m = Math.floor(whole / 60);
    return m < 60 ? m + " m " + (whole % 60) + " s" : Math.floor(m / 60) + " h " + (m % 60) + " m";
  };

  /* What is said of a cell on hover: more than it shows, or all of a text that is cut off. */
  number.tip = function (params) {
    var tips = (params.data && params.data._tip) || {}, field = params.colDef && params.colDef.field;
    return Object.prototype.hasOwnProperty.call(tips, field) ? tips[field] : params.value;
  };

  /* Shades a share by its value; the number stays readable on it in both themes. */
  number.heat = function (params, top) {
    var x = params.value, shades = params.data && params.data._shade, own = shades && shades[params.colDef.field];
    if (!known(x) || x < 0 || !(top > 0)) { return null; }
    /* Where less is better the row says how good it is. */
    var share = Math.round(38 * Math.min(1, own === undefined || own === null ? x / top : Number(own)));
    return { backgroundColor: "color-mix(in srgb, var(--eb-high) " + share + "%, transparent)" };
  };

  /* The same of a cell of prose, whose row says how much. */
  number.shade = function (params) {
    var shares = params.data && params.data._shade, share = shares && Number(shares[params.colDef.field]);
    if (!share || share < 0) { return null; }
    return { backgroundColor: "color-mix(in srgb, var(--eb-high) " + Math.round(38 * Math.min(1, share)) + "%, transparent)" };
  };

  /* What is absent stands at the end, whichever way a column is sorted: as in the downloads. */
  number.nullsLast = function (a, b, rowA, rowB, descending) {
    var none = [a, b].map(function (x) { return x === null || x === undefined; });
    if (none[0] || none[1]) { return (none[0] - none[1]) * (descending ? -1 : 1); }
    return a < b ? -1 : a > b ? 1 : 0;
  };

  /* Told only when a reader sorts: a grid that is mounted sorted, as the address says, has nothing to tell. */
  number.toldSort = function (params, setEventData) {
    if (String(params.source).indexOf("ui") !== 0) { return; }
    var sorted = params.api.getColumnState().filter(function (c) { return c.sort; });
    setEventData({ sorted: sorted.map(function (c) { return { colId: c.colId, sort: c.sort, sortIndex: c.sortIndex }; }) });
  };

  number.toldFilter = function (params, setEventData) {
    if (params.source !== "columnFilter") { return; }
    setEventData({ asked: params.api.getFilterModel() });
  };

  var SIGNS = { success: "\u2713", error: "\u2715", cancelled: "\u2013", started: "\u2026" };

  /* Text with what differs in it marked. Marks count characters as Python does, not UTF-16 units. */
  function marked(text, marks) {
    var characters = Array.from(text), shown = [], done = 0;
    String(marks).split(",").filter(Boolean).forEach(function (mark, i) {
      var ends = mark.split("-").map(Number);
      shown.push(characters.slice(done, ends[0]).join(""));
      shown.push(React.createElement("mark", { key: i }, characters.slice(ends[0], ends[1]).join("")));
      done = ends[1];
    });
    shown.push(characters.slice(done).join(""));
    return React.createElement("span", { className: "differing" }, shown);
  }

  /* A name that is cut in its middle where it does not fit: of several names it is often the end that tells them apart. */
  var END = 8, LETTERS = "13px "; /* as in the table's theme */
  var pen = null;

  function pixels(text) {
    if (!pen) {
      pen = document.createElement("canvas").getContext("2d");
      pen.font = LETTERS + window.getComputedStyle(document.body).fontFamily;
    }
    return Math.ceil(pen.measureText(text).width) + 1;
  }

  function ends(text) {
    var characters = Array.from(text), end = characters.slice(-END).join("");
    if (characters.length <= 2 * END) { return text; }
    return React.createElement("span", { className: "ends" },
      React.createElement("span", { className: "begin", style: { maxWidth: "calc(100% - " + pixels(end) + "px)" } },
        characters.slice(0, -END).join("")), end);
  }

  parts.Cell = function (props) {
    var text = props.valueFormatted !== null && props.valueFormatted !== undefined ? props.valueFormatted : props.value;
    if (typeof props.value === "boolean") { text = props.value ? "\u2713" : ""; }
    if (text === null || text === undefined) { text = ""; }
    if (props.kind === "status" && text) {
      return React.createElement("span", { className: "status-word " + text },
        React.createElement("span", { "aria-hidden": true }, (SIGNS[text] || "") + " "), String(text));
    }
    if (props.kind === "difference") {
      return marked(String(text), (props.data && props.data[props.colDef.field + "_marks"]) || "");
    }
    var to = props.data && props.data._href && props.data._href[props.colDef.field];
    var note = props.data && props.data._note && props.data._note[props.colDef.field];
    var said = props.ends ? ends(String(text)) : String(text);
    var shown = to && text !== "" ? React.createElement("a", { href: to, className: "inside" }, said) : said;
    if (!note) { return shown; }
    return React.createElement("span", null, React.createElement("span", { className: "cell-note" }, note + " "), shown);
  };
})();
