// Keys: g + letter goes to a page, j and k walk the rows of the tables, Enter opens the row's first link, ? shows help;
// a button that names a key is pressed by it.
"use strict";
(() => {
  const dialog = document.getElementById("keys");
  const button = document.querySelector("[data-help]");
  const rows = () => [...document.querySelectorAll("table.rows > tbody > tr")].filter((row) => row.offsetParent);
  let row = -1;
  let going = false;

  const help = () => { if (dialog && !dialog.open) dialog.showModal(); };
  if (button) { button.hidden = false; button.addEventListener("click", help); }

  const step = (by) => {
    const all = rows();
    if (!all.length) return;
    row = Math.max(0, Math.min(all.length - 1, row + by));
    all[row].tabIndex = -1;
    all[row].focus();
    all[row].scrollIntoView({ block: "nearest" });
  };

  const go = (key) => {
    const link = document.querySelector(`[data-go="${CSS.escape(key)}"]`);
    if (link) location.assign(link.href);
  };

  const typing = (target) => target.closest("input, select, textarea, dialog");

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (going) { going = false; go(event.key); return; }
    switch (event.key) {
      case "g": going = true; setTimeout(() => { going = false; }, 1000); break;
      case "j": step(1); break;
      case "k": step(-1); break;
      case "?": help(); break;
      case "Enter": {
        const link = event.target.matches("tr") && event.target.querySelector("a[href]");
        if (link) location.assign(link.href);
        break;
      }
      default: {
        const named = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
        if (named) named.click();
      }
    }
  });

  // A choice in a filter is shown at once.
  document.querySelectorAll("form.filters select").forEach((select) => {
    select.addEventListener("change", () => select.form.requestSubmit());
  });
})();
