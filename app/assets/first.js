/* Before the first paint: light or dark. Kept in the browser, told to Bootstrap, to the grids and to Dash. */
(function () {
  "use strict";
  var KEY = "evalboard-theme";

  function remembered() {
    try { return localStorage.getItem(KEY); } catch (refused) { return null; }
  }

  function usual() {
    return window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  }

  function show(mode) {
    document.documentElement.dataset.bsTheme = mode;
    document.documentElement.dataset.agThemeMode = mode;
    return mode;
  }

  window.evalboard = window.evalboard || {};
  window.evalboard.theme = function (chosen) {
    if (chosen) {
      try { localStorage.setItem(KEY, chosen); } catch (refused) { /* private window: for this visit only */ }
    }
    return show(chosen || remembered() || usual());
  };
  window.evalboard.theme(null);
})();
