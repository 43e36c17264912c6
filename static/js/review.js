// Reviewing without the mouse. Everything here can also be done with Tab and Enter.

// Where letters are written; a tick takes none.
const WRITTEN = "input:not([type=checkbox]):not([type=radio]), textarea, select";
const one = (selector) => document.querySelector(selector);
const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));

// The queue: from row to row. The link of the row has the focus, so that Enter opens it.
const stepInRows = (by) => {
  const links = all("[data-keys-rows] tbody td > a:first-child");
  const here = links.findIndex((link) => link.closest("tr").contains(document.activeElement));
  const next = here === -1 ? links[by > 0 ? 0 : links.length - 1] : links[here + by];
  if (next) next.focus();
};

// One entry: the claim that gets the next digit is the one with the focus, else the first without points.
const claims = () => all("[data-claim]");
const pointsOf = (claim) => claim.querySelector("input[name^=points_]");
const isOpen = (claim) => !pointsOf(claim).value;
const current = () => {
  const focused = claims().find((claim) => claim.contains(document.activeElement));
  return focused || claims().find(isOpen) || one("[data-claim][data-current]") || claims()[0];
};
const mark = () => {
  const now = current();
  claims().forEach((claim) => { claim.toggleAttribute("data-current", claim === now); });
};
const goOnFrom = (claim) => {
  const inOrder = claims();
  const place = inOrder.indexOf(claim);
  const next = [...inOrder.slice(place + 1), ...inOrder.slice(0, place)].find(isOpen);
  (next || one("#accept-form [data-key-accept]")).focus();
  mark();
};
const give = (digit) => {
  const claim = current();
  if (!claim) return;
  const button = all("[data-fill]", claim)[digit - 1];
  if (digit > 0 && !button) return;
  if (button) button.click();
  else {
    pointsOf(claim).value = "0";
    pointsOf(claim).dispatchEvent(new Event("input", { bubbles: true }));
  }
  goOnFrom(claim);
};

const step = (by) => {
  if (one("[data-keys-rows]")) { stepInRows(by); return; }
  const link = one(by > 0 ? "[data-key-next]" : "[data-key-previous]");
  if (link) link.click();
};
const accept = () => { const form = one("#accept-form"); if (form) form.requestSubmit(); };
const openReturn = () => {
  const form = one("form[action*='/send-back/']");
  if (!form) return;
  form.closest("details").open = true;
  all("textarea, select, input:not([type=hidden])", form)[0].focus();
};
const writeNote = () => { const note = one("#accept-form [name$=note]"); if (note) note.focus(); };
const explain = () => { const help = one("[data-keys-help]"); if (help && help.showModal) help.showModal(); };

const ACTS = {
  j: () => step(1), k: () => step(-1), a: accept, r: openReturn, n: writeNote, "?": explain, "？": explain,
};

document.addEventListener("keydown", (event) => {
  const { target } = event;
  // What an input method is composing is not ours yet, and an open dialog has keys of its own.
  if (event.isComposing || event.keyCode === 229 || one("dialog[open]")) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    const form = target.closest("form[method=post]");
    if (form) { event.preventDefault(); form.requestSubmit(); }
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (target.closest(WRITTEN)) {
    if (event.key === "Escape" && !target.closest(".finder-top")) target.blur();
    return;
  }
  const act = /^[0-9]$/.test(event.key) ? () => give(Number(event.key)) : ACTS[event.key.toLowerCase()];
  if (!act || (event.repeat && !one("[data-keys-rows]"))) return;
  event.preventDefault();
  act();
});
document.addEventListener("focusin", mark);
document.addEventListener("input", mark);
document.addEventListener("click", (event) => { if (event.target.closest("[data-keys-open]")) explain(); });

// What a return would say follows from the flags as they are judged, unless somebody has written there.
document.addEventListener("htmx:afterSettle", () => {
  const letter = one("[data-letter]");
  const note = one("#id_back-note");
  if (!letter || !note || note.value !== note.defaultValue || note.value === letter.dataset.letter) return;
  note.defaultValue = letter.dataset.letter;
  note.value = letter.dataset.letter;
  note.dispatchEvent(new Event("shown", { bubbles: true }));
});

// Said only where there are keys: without this file no hint is shown.
all("[data-key-hint], [data-keys-open]").forEach((hint) => { hint.hidden = false; });
mark();
