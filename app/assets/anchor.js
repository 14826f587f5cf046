/* An address that ends in #panel-problems is about that panel. Panels fill themselves one after the other, so the page goes
   down to it once all above it are drawn, unless the reader has begun to scroll. */
(function () {
  "use strict";
  var wanted = null;

  function begin() { wanted = window.location.hash.indexOf("#panel-") === 0 ? window.location.hash.slice(1) : null; }
  function drop() { wanted = null; }

  function go() {
    var panel = wanted && document.getElementsByClassName(wanted)[0];
    if (!panel || document.querySelector(".main .waiting") || !panel.querySelector(".panel-head")) { return; }
    drop();
    window.requestAnimationFrame(function () { panel.scrollIntoView({ block: "start" }); });
  }

  ["wheel", "touchmove", "keydown"].forEach(function (name) { window.addEventListener(name, drop, { passive: true }); });
  ["_dashprivate_pushstate", "popstate", "hashchange"].forEach(function (name) {
    window.addEventListener(name, function () { begin(); go(); });
  });
  new MutationObserver(go).observe(document.documentElement, { childList: true, subtree: true });
  begin();
})();
