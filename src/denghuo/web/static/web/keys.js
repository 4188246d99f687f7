// Lists of the desk from the keyboard: j and k walk the rows, Enter opens one, / goes to the
// search box. Everything here can also be done with Tab and the mouse.
(() => {
  "use strict";
  // One link a row: the others of a row are reached with Tab.
  const links = () => [...document.querySelectorAll("[data-key-list] tbody tr")]
    .map((row) => row.querySelector("a")).filter(Boolean);
  const writes = (node) => node.matches("input, select, textarea, [contenteditable]");

  const walk = (step) => {
    const all = links();
    if (!all.length) return;
    const row = document.activeElement.closest("[data-key-list] tbody tr");
    const now = row ? all.findIndex((link) => row.contains(link)) : -1;
    const next = now < 0 ? (step > 0 ? 0 : all.length - 1) : now + step;
    const target = all[Math.max(0, Math.min(next, all.length - 1))];
    target.focus();
    target.scrollIntoView({ block: "nearest" });
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (writes(event.target)) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    const act = {
      j: () => walk(1),
      k: () => walk(-1),
      "/": () => document.querySelector("[data-key-search]")?.focus(),
    }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });

  // The keys are told of only where there is something for them to do.
  if (document.querySelector("[data-key-list] tbody tr, [data-key-search]"))
    for (const hint of document.querySelectorAll("[data-key-hint]")) hint.hidden = false;
})();
