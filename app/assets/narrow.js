/* On a narrow screen the filters begin folded, so that a page begins with its answers, and the bar shows the page one is on. */
(function () {
  "use strict";
  var narrow = window.matchMedia("(max-width: 900px)"); /* as in style.css */

  function fold(group) {
    group.dataset.begun = "";
    group.open = false;
  }

  function here() {
    var link = document.querySelector(".bar nav a.here"), nav = link && link.parentElement;
    if (nav && nav.scrollWidth > nav.clientWidth) {
      nav.scrollLeft = link.offsetLeft - nav.offsetLeft - (nav.clientWidth - link.offsetWidth) / 2;
    }
  }

  new MutationObserver(function (changes) {
    var moved = changes.some(function (change) { return change.target.matches && change.target.matches(".bar nav a"); });
    if (moved && narrow.matches) { here(); }
  }).observe(document.documentElement, { attributes: true, attributeFilter: ["class"], subtree: true });

  new MutationObserver(function () {
    if (narrow.matches) { document.querySelectorAll(".rail details:not([data-begun])").forEach(fold); }
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
