/* Without this script every figure is a plain link to its line of the register; with it the line opens beside the figure. */
(function () {
  "use strict";
  var dialog = document.getElementById("door"), back = null;
  function open(row, link) {
    var heads = document.querySelectorAll("#register thead th"), list = dialog.querySelector("dl"), command = "";
    list.textContent = "";
    Array.prototype.forEach.call(row.cells, function (cell, i) {
      if (!cell.textContent.trim()) { return; }
      var dt = document.createElement("dt"), dd = document.createElement("dd");
      dt.textContent = heads[i].textContent;
      var clause = cell.querySelector('a[href^="#c"]');
      dd.textContent = clause ? document.getElementById(clause.hash.slice(1)).textContent : cell.textContent;
      if (cell.querySelector("code")) { command = cell.textContent; }
      list.append(dt, dd);
    });
    dialog.querySelector("h2").textContent = link.textContent.trim() + "  " + row.cells[0].textContent;
    var copy = dialog.querySelector("[data-copy]");
    copy.hidden = !command || !navigator.clipboard;
    copy.textContent = copy.dataset.copy;
    copy.onclick = function () { navigator.clipboard.writeText(command).then(function () { copy.textContent = copy.dataset.done; }); };
    back = link;
    dialog.showModal();
  }
  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest('a[href^="#n"]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || !dialog.showModal) { return; }
    var row = document.getElementById(link.hash.slice(1));
    if (row) { event.preventDefault(); open(row, link); }
  });
  dialog.addEventListener("click", function (event) { if (event.target === dialog || event.target.closest("[data-close]")) { dialog.close(); } });
  dialog.addEventListener("close", function () { if (back) { back.focus(); } });

  var boxes = document.querySelectorAll("[data-filter]");
  function apply(box) {
    var words = box.value.trim().toLowerCase(), scope = box.dataset.filter, shown = 0;
    var items = scope === "units" ? document.querySelectorAll("section.unit") : document.getElementById(scope).tBodies[0].rows;
    Array.prototype.forEach.call(items, function (item) {
      var text = (item.dataset.k || item.textContent).toLowerCase();
      item.hidden = !!words && text.indexOf(words) < 0;
      if (!item.hidden) { shown += 1; }
    });
    box.parentNode.querySelector("output").hidden = shown > 0;
  }
  function remember() {
    var parts = [];
    Array.prototype.forEach.call(boxes, function (box) { if (box.value) { parts.push(box.id + "=" + encodeURIComponent(box.value)); } });
    try { history.replaceState(null, "", parts.length ? "#?" + parts.join("&") : location.pathname); } catch (error) { /* a file may refuse */ }
  }
  Array.prototype.forEach.call(boxes, function (box) {
    box.closest(".filter").hidden = false;
    box.addEventListener("input", function () { apply(box); remember(); });
  });
  if (location.hash.indexOf("#?") === 0) {
    new URLSearchParams(location.hash.slice(2)).forEach(function (value, id) {
      var box = document.getElementById(id);
      if (box && box.dataset.filter) { box.value = value; apply(box); }
    });
  }
})();
