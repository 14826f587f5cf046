/* Adding logs: files that are dropped anywhere on a page, or chosen on the page that says so. Each goes to the server
   alone, as it is; what is told meanwhile stands in a box at the corner. Names of files are text nodes, never markup. */
(function () {
  "use strict";
  var ADDRESS = "upload"; /* every page is one level deep */
  var SHOWN = 30; /* what failed beyond this many is counted, not listed */
  var BUSY = 503, TRIES = 30;
  var ENOUGH_MS = 10000; /* that good news stays */
  var box = null, cover = null, queue = [], failures = 0, done = 0, total = 0, running = null, stopped = false;

  function settings() {
    var told = document.getElementById("uploads");
    return told ? { limits: JSON.parse(told.dataset.limits), words: JSON.parse(told.dataset.words) } : null;
  }

  function say(key, values) {
    var now = settings();
    return (now ? now.words[key] : key).replace(/\{(\w+)\}/g, function (_, name) { return String((values || {})[name]); });
  }

  function size(bytes) {
    var scale = bytes >= 1e9 ? [1e9, "GB"] : [1e6, "MB"];
    return Number((bytes / scale[0]).toPrecision(3)) + " " + scale[1];
  }

  function made(tag, className, text, parent) {
    var node = document.createElement(tag);
    node.className = className;
    if (text) { node.textContent = text; }
    if (parent) { parent.appendChild(node); }
    return node;
  }

  /* The address: its key is the workspace. Sorted, as the server spells it. */

  function key() { return new URLSearchParams(window.location.search).get("workspace") || ""; }

  function address(workspace) {
    var pairs = window.location.search.slice(1).split("&").filter(function (p) { return p && !/^workspace=/.test(p); });
    if (workspace) { pairs.push("workspace=" + workspace); }
    pairs.sort(function (a, b) { return a.split("=")[0] < b.split("=")[0] ? -1 : a.split("=")[0] > b.split("=")[0] ? 1 : 0; });
    return window.location.pathname + (pairs.length ? "?" + pairs.join("&") : "");
  }

  function go(to) {
    window.history.pushState({}, "", to);
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
  }

  /* What is dropped: files, and folders with all that is in them but for hidden files, which are some tool's own. */

  function hidden(name) { return name.charAt(0) === "."; }

  function entries(reader, found) {
    return new Promise(function (resolve, reject) { reader.readEntries(resolve, reject); }).then(function (some) {
      return some.length ? entries(reader, found.concat(some)) : found; /* a reader gives a hundred at a time */
    });
  }

  function within(entry, path) {
    var name = path + entry.name;
    if (entry.isFile) {
      return new Promise(function (resolve, reject) { entry.file(resolve, reject); })
        .then(function (file) { return [{ file: file, name: name }]; });
    }
    return entries(entry.createReader(), []).then(function (all) {
      var inside = all.filter(function (e) { return !hidden(e.name); });
      return Promise.all(inside.map(function (e) { return within(e, name + "/"); }));
    }).then(function (lists) { return [].concat.apply([], lists); });
  }

  function dropped(transfer) {
    var items = Array.prototype.slice.call(transfer.items || []); /* gone as soon as the event is over */
    var roots = items.map(function (i) { return i.webkitGetAsEntry && i.webkitGetAsEntry(); }).filter(Boolean);
    if (!roots.length) { return Promise.resolve(chosen(transfer.files)); }
    return Promise.all(roots.map(function (e) { return within(e, ""); })).then(function (l) { return [].concat.apply([], l); });
  }

  function chosen(files) {
    return Array.prototype.map.call(files, function (f) { return { file: f, name: f.webkitRelativePath || f.name }; })
      .filter(function (f) { return !f.name.split("/").slice(1).some(hidden); });
  }

  function choose(folder) {
    var input = document.createElement("input");
    input.type = "file";
    input.multiple = true;
    input.webkitdirectory = folder;
    input.addEventListener("change", function () { add(chosen(input.files)); });
    input.click();
  }

  /* The box at the corner. */

  function open() {
    if (box) { box.root.remove(); }
    var root = made("section", "uploading", "", document.body);
    root.setAttribute("role", "status");
    var head = made("div", "head", "", root);
    box = { root: root, title: made("strong", "", say("title"), head), button: made("button", "action", say("stop"), head) };
    box.count = made("p", "count", "", root);
    box.name = made("p", "name", "", root);
    box.bar = made("progress", "", "", root);
    box.bar.max = 1;
    box.bar.setAttribute("aria-label", say("title"));
    box.list = made("ul", "failures", "", root);
    box.button.type = "button";
    box.button.addEventListener("click", function () {
      if (running) { stop(); } else { close(); }
    });
  }

  function leave(old) { if (box === old && !running && !old.root.matches(":hover, :focus-within")) { close(); } }

  function close() {
    box.root.remove();
    box = null;
  }

  function counted() { box.count.textContent = say("count", { done: done, total: total }); }

  function failed(message) {
    failures += 1;
    if (failures <= SHOWN) { made("li", "", message, box.list); }
    else { box.list.lastChild.textContent = "+ " + (failures - SHOWN + 1); }
  }

  function told(message) {
    if (!running) { open(); box.bar.remove(); box.name.remove(); box.title.textContent = message; box.button.textContent = say("close"); }
  }

  function finished() {
    running = null;
    queue = [];
    box.bar.remove();
    box.name.textContent = stopped ? say("stopped") : "";
    box.title.textContent = done ? say("done") : say("title");
    box.button.textContent = say("close");
    counted();
    if (!failures && !stopped) { window.setTimeout(leave.bind(null, box), ENOUGH_MS); }
    if (done && key() && !/\/workspace$/.test(window.location.pathname)) {
      var link = made("a", "inside", say("what_became"), box.root);
      link.href = "workspace?workspace=" + key();
    }
  }

  /* Sending: one after the other, by XMLHttpRequest, since fetch does not tell how far it is. */

  function stop() {
    stopped = true;
    queue = [];
    if (running.abort) { running.abort(); }
  }

  function add(files) {
    var now = settings();
    if (!now) { return; }
    if (!files.length) { told(say("none")); return; }
    if (!running) { failures = done = total = 0; stopped = false; open(); }
    if (files.length > now.limits.files) {
      failed(say("too_many", { total: files.length, files: now.limits.files }));
      files = [];
    }
    total += files.length;
    queue = queue.concat(files);
    if (!running) { running = {}; next(); }
  }

  function next() {
    var item = queue.shift();
    counted();
    if (!item) { finished(); return; }
    box.name.textContent = item.name;
    box.bar.value = 0;
    if (item.file.size > settings().limits.file) {
      failed(say("too_large", { name: item.name, file: size(settings().limits.file) }));
      next();
    } else {
      send(item, 1);
    }
  }

  function send(item, attempt) {
    var request = running = new XMLHttpRequest();
    var to = key();
    request.open("POST", ADDRESS + "?name=" + encodeURIComponent(item.name) + (to ? "&workspace=" + encodeURIComponent(to) : ""));
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.upload.addEventListener("progress", function (e) { if (box) { box.bar.value = e.total ? e.loaded / e.total : 1; } });
    request.addEventListener("load", function () {
      if (request.status === BUSY && attempt < TRIES) {
        window.setTimeout(function () { if (stopped) { next(); } else { send(item, attempt + 1); } }, 1000);
        return;
      }
      var answer = {};
      try { answer = JSON.parse(request.responseText); } catch (noJson) { /* a proxy's own page: see below */ }
      if (request.status === 200 && answer.workspace) {
        done += 1;
        if (answer.workspace !== key()) { go(address(answer.workspace)); }
      } else {
        failed(answer.message || say("failed", { name: item.name }) + " (" + request.status + ")");
      }
      next();
    });
    request.addEventListener("error", function () { failed(say("failed", { name: item.name })); next(); });
    request.addEventListener("abort", next);
    request.send(item.file);
  }

  /* The buttons of the page. */

  function copy() {
    var link = document.querySelector(".private-link");
    if (navigator.clipboard) {
      navigator.clipboard.writeText(link.href).then(function () { told(say("copied")); }, function () { select(link); });
    } else {
      select(link);
    }
  }

  function select(link) { /* on a plain http site of an intranet a browser has no clipboard for us */
    var field = made("textarea", "aside", "", document.body);
    field.value = link.href;
    field.select();
    if (document.execCommand("copy")) { told(say("copied")); }
    field.remove();
  }

  function remove() {
    fetch(ADDRESS + "?workspace=" + encodeURIComponent(key()), { method: "DELETE" }).then(function (answer) {
      if (!answer.ok) { throw new Error(); }
      go(address(""));
      told(say("deleted"));
    }).catch(function () { told(say("not_deleted")); });
  }

  var DOES = { files: choose.bind(null, false), folder: choose.bind(null, true), copy: copy, delete_now: remove };

  document.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest("[data-upload]");
    if (button) { DOES[button.dataset.upload](); }
  });

  /* A file held over the page. */

  function isFiles(event) {
    return settings() && event.dataTransfer && Array.prototype.indexOf.call(event.dataTransfer.types, "Files") >= 0;
  }

  function uncover() {
    if (cover) { cover.remove(); }
    cover = null;
  }

  document.addEventListener("dragenter", function (event) {
    if (!isFiles(event)) { return; }
    event.preventDefault();
    if (!cover) { cover = made("div", "drop-cover", "", document.body); made("p", "", say("drop"), cover); }
  });
  document.addEventListener("dragover", function (event) {
    if (!isFiles(event)) { return; }
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
  });
  document.addEventListener("dragleave", function (event) { if (!event.relatedTarget) { uncover(); } });
  document.addEventListener("drop", function (event) {
    if (!isFiles(event)) { return; }
    event.preventDefault();
    uncover();
    dropped(event.dataTransfer).then(add, function () { told(say("none")); });
  });
  window.addEventListener("beforeunload", function (event) { if (running) { event.preventDefault(); } });
})();
