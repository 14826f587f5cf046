/* On a narrow screen the filters begin folded, so that a page begins with its answers. */
(function () {
  "use strict";
  var narrow = window.matchMedia("(max-width: 900px)"); /* as in style.css */

  function fold(group) {
    group.dataset.begun = "";
    group.open = false;
  }

  new MutationObserver(function () {
    if (narrow.matches) { document.querySelectorAll(".rail details:not([data-begun])").forEach(fold); }
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
