/* Links within the app change the page without loading it anew. They stay real links: they can be copied, opened in
   a new tab, and reached by keyboard, wherever they are drawn (menu, tile, grid cell). */
(function () {
  "use strict";
  function plainClick(event) {
    return event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  }

  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest("a.inside");
    if (!link || !plainClick(event) || link.origin !== window.location.origin) { return; }
    event.preventDefault();
    if (link.href !== window.location.href) {
      window.history.pushState({}, "", link.href);
      window.dispatchEvent(new CustomEvent("_dashprivate_pushstate")); /* what dcc.Link tells dcc.Location by */
    }
    window.scrollTo(0, 0);
  });
})();
