/* Heatmaps by keyboard: Tab reaches one, arrows move from cell to cell, Enter follows the cell as a click does. The cell
   is shown by Plotly's own hover, so that the tooltip says what it is. */
(function () {
  "use strict";
  var STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

  function heat(plot) {
    return (plot._fullData || []).find(function (trace) { return trace.type === "heatmap" && trace.z && trace.z.length; });
  }

  function ready(plot) {
    if (plot.tabIndex === 0 || !heat(plot)) { return; }
    plot.tabIndex = 0;
    plot.setAttribute("role", "application");
    var panel = plot.closest("section");
    if (panel) { plot.setAttribute("aria-label", panel.getAttribute("aria-label")); }
  }

  document.addEventListener("focusin", function (event) {
    if (event.target.matches && event.target.matches(".js-plotly-plot")) { show(event.target, [0, 0]); }
  });

  function show(plot, step) {
    var trace = heat(plot), rows = trace.z.length, columns = trace.z[0].length;
    var axis = plot._fullLayout.yaxis, down = axis.range[0] > axis.range[1] ? 1 : -1; /* which way is down on screen */
    var at = plot._cell || [0, down > 0 ? 0 : rows - 1];
    at = [Math.min(columns - 1, Math.max(0, at[0] + step[0])), Math.min(rows - 1, Math.max(0, at[1] + down * step[1]))];
    plot._cell = at;
    var point = { curveNumber: trace.index, pointNumber: at.slice().reverse(), x: value(trace.x, at[0]), y: value(trace.y, at[1]) };
    /* With a target, as a pointer has it: without one Plotly shows the point and tells nobody. */
    window.Plotly.Fx.hover(plot, { xval: point.x, yval: point.y, target: plot.querySelector(".nsewdrag") }, "xy");
    return point;
  }

  function value(axis, i) { return axis && axis.length > i ? axis[i] : i; }

  document.addEventListener("keydown", function (event) {
    var plot = event.target;
    if (!plot.matches || !plot.matches(".js-plotly-plot") || !heat(plot)) { return; }
    if (event.key === "Enter") {
      event.preventDefault();
      plot.emit("plotly_click", { points: [show(plot, [0, 0])] });
    } else if (STEPS[event.key]) {
      event.preventDefault();
      show(plot, STEPS[event.key]);
    }
  });

  new MutationObserver(function () {
    document.querySelectorAll(".js-plotly-plot").forEach(ready);
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
