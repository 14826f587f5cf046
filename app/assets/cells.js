/* Heatmaps by keyboard: Tab reaches one, arrows move from cell to cell, Enter follows the cell as a click does. The cell
   is shown by Plotly's own hover, so that the tooltip says what it is, and has an outline. */
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
    var point = { curveNumber: trace.index, pointNumber: at.slice().reverse(), x: value(trace.x, at[0], trace.x0, trace.dx), y: value(trace.y, at[1], trace.y0, trace.dy) };
    /* With a target, as a pointer has it: without one Plotly shows the point and tells nobody. */
    window.Plotly.Fx.hover(plot, { xval: point.x, yval: point.y, target: plot.querySelector(".nsewdrag") }, "xy");
    outline(plot, trace, at, point);
    return point;
  }

  function value(axis, i, first, gap) { return axis && axis.length > i ? axis[i] : (first || 0) + i * (gap || 1); }

  /* Not a shape of Plotly's, which would change the figure, and so the address. */
  function outline(plot, trace, at, point) {
    var box = plot.querySelector(".cell-now") || plot.appendChild(document.createElement("div"));
    var x = ends(plot._fullLayout.xaxis, point.x, step(trace.x, at[0], trace.dx));
    var y = ends(plot._fullLayout.yaxis, point.y, step(trace.y, at[1], trace.dy));
    box.className = "cell-now";
    box.hidden = !x || !y;
    if (box.hidden) { return; }
    box.style.left = x[0] - 1 + "px";
    box.style.top = y[0] - 1 + "px";
    box.style.width = Math.max(x[1] - x[0], 2) + 2 + "px";
    box.style.height = Math.max(y[1] - y[0], 2) + 2 + "px";
  }

  function step(axis, i, gap) {
    return axis && axis.length > 1 ? Math.abs(axis[Math.min(i + 1, axis.length - 1)] - axis[Math.min(i, axis.length - 2)]) : gap || 1;
  }

  /* From where to where a cell goes on the page, within what is shown; nothing where it is not. */
  function ends(axis, middle, size) {
    var px = [axis.l2p(middle - size / 2), axis.l2p(middle + size / 2)].sort(function (a, b) { return a - b; });
    if (px[1] <= 0 || px[0] >= axis._length) { return null; }
    return [axis._offset + Math.max(px[0], 0), axis._offset + Math.min(px[1], axis._length)];
  }

  document.addEventListener("focusout", function (event) {
    var box = event.target.matches && event.target.matches(".js-plotly-plot") && event.target.querySelector(".cell-now");
    if (box) { box.remove(); }
  });

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
