// What pages do beyond plain HTML. Everything works without this file.

// An open menu closes when one goes on: a click elsewhere, or Escape.
const openMenus = () => document.querySelectorAll("details.menu[open]");
document.addEventListener("click", (event) => {
  openMenus().forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  openMenus().forEach((menu) => { menu.open = false; menu.querySelector("summary").focus(); });
});

// After a failed save the reader stands at the list of mistakes.
const focusSummary = (root) => {
  const summary = root.querySelector("form[method=post] [data-focus]");
  if (summary) summary.focus();
};

// Prose with a limit says how much is written.
const count = (counter) => {
  const field = document.getElementById(counter.dataset.counterFor);
  if (!field) return;
  const show = () => { counter.querySelector("[data-count]").textContent = Array.from(field.value).length; };
  counter.hidden = false;
  field.addEventListener("input", show);
  field.addEventListener("shown", show);
  show();
};

// A tap twice is still one act; a file can be asked for as often as one likes.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented || "again" in form.dataset) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "1";
  window.setTimeout(() => { delete form.dataset.sent; }, 4000);
});

// An act that cannot be taken back asks once more.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-confirm]");
  if (button && !window.confirm(button.dataset.confirm)) event.preventDefault();
});

// Buttons that only script can serve are hidden until it runs.
const copy = (button) => {
  button.hidden = false;
  button.addEventListener("click", () => {
    // An intranet over http has no clipboard interface, the selection always works.
    document.getElementById(button.dataset.copy).select();
    document.execCommand("copy");
  });
};
const fill = (button) => {
  button.hidden = false;
  button.addEventListener("click", () => {
    const field = document.getElementById(button.dataset.fill);
    if ("onlyEmpty" in button.dataset && field.value.trim()) { field.focus(); return; }
    field.value = button.dataset.value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
};
const print = (button) => {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
};

// Ticked rows: how many they are, and all of the page at once.
const boxesOf = (form) => Array.from(form.elements).filter((box) => box.matches("input[type=checkbox][name]"));
const showTicks = (form) => {
  const boxes = boxesOf(form);
  const ticked = boxes.filter((box) => box.checked).length;
  const all = form.querySelector("[data-tick-all]");
  form.querySelectorAll("[data-ticking]").forEach((part) => { part.hidden = false; });
  form.querySelector("[data-ticked]").textContent = ticked;
  all.checked = ticked > 0 && ticked === boxes.length;
  all.indeterminate = ticked > 0 && ticked < boxes.length;
};
document.addEventListener("change", ({ target }) => {
  if (!target.form || !("ticks" in target.form.dataset)) return;
  if ("tickAll" in target.dataset) boxesOf(target.form).forEach((box) => { box.checked = target.checked; });
  showTicks(target.form);
});
// Whoever comes back finds the boxes as they were left.
window.addEventListener("pageshow", () => document.querySelectorAll("[data-ticks]").forEach(showTicks));

const dress = (root) => {
  // Our own list of mistakes, in the reader's language, instead of the browser's bubbles.
  root.querySelectorAll("form[method=post]").forEach((form) => { form.noValidate = true; });
  root.querySelectorAll("[data-counter-for]").forEach(count);
  root.querySelectorAll("[data-copy]").forEach(copy);
  root.querySelectorAll("[data-fill]").forEach(fill);
  root.querySelectorAll("[data-print]").forEach(print);
  root.querySelectorAll("[data-needs-no-script]").forEach((part) => { part.hidden = true; });
  root.querySelectorAll("[data-ticks]").forEach(showTicks);
};
dress(document);
focusSummary(document);
document.addEventListener("htmx:afterSwap", (event) => dress(event.target));
document.addEventListener("htmx:afterSettle", (event) => focusSummary(event.target));

// A refusal is never silent: the page that explains it is shown whole, a dead line is said here.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { detail } = event;
  if (detail.xhr.status < 400 || detail.requestConfig.triggeringEvent.type === "load") return;
  detail.shouldSwap = true;
  detail.target = document.body;
  detail.swapOverride = "innerHTML";
});
document.addEventListener("htmx:sendError", () => {
  const box = document.getElementById("messages");
  const toast = document.createElement("div");
  toast.className = "toast tone--bad";
  toast.setAttribute("role", "alert");
  toast.textContent = box.dataset.offline;
  box.replaceChildren(toast);
});

// Whoever is led to a place far down the page reads there what was just done.
const sayHere = () => {
  const place = document.getElementById(window.location.hash.slice(1));
  const box = document.getElementById("messages");
  if (!place || !box || !("said" in place.dataset) || !box.querySelector(".toast")) return;
  // Inside, for the browser goes on scrolling to the place until everything is loaded.
  place.prepend(box);
};
sayHere();

// A filter may be answered with the whole page; then only its results are taken over.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, serverResponse } = event.detail;
  if (target.id === "results" && serverResponse.includes('id="results"')) event.detail.selectOverride = "#results > *";
});

// What was typed is answered while one types; leaving the field is no other question, and what was
// ticked in the answer would be lost.
document.addEventListener("change", (event) => {
  if (event.target.matches(".filters input[type=search]")) event.stopPropagation();
}, true);

// Asking for the same list twice (typing, then Enter) is one step back, not two.
document.addEventListener("htmx:beforeHistoryUpdate", (event) => {
  const { history } = event.detail;
  const isSame = history.type === "push" && new URL(history.path, window.location).href === window.location.href;
  if (isSame) history.type = "replace";
});

// "/" or Ctrl+K leads to the search box; arrows walk through what it suggests, Escape leaves it.
document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest("input, textarea, select");
  const isAsked = (event.key === "/" && !isTyping) || (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey));
  const box = document.querySelector("[data-find]");
  if (!isAsked || !box || event.isComposing || event.altKey) return;
  event.preventDefault();
  box.focus();
  box.select();
});
document.addEventListener("keydown", (event) => {
  const finder = event.target.closest(".finder-top");
  if (!finder || event.isComposing) return;
  const box = finder.querySelector("[data-find]");
  const stops = [box, ...finder.querySelectorAll(".suggest a")];
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.key === "Escape") { finder.querySelector(".suggest").replaceChildren(); box.focus(); }
  if (!step) return;
  event.preventDefault();
  const next = stops[stops.indexOf(event.target) + step];
  if (next) next.focus();
});
