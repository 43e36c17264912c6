// The score grid by keyboard: every value is saved when one leaves its cell, with what was seen there.
// Without this file the page is a form with one button.

import { token } from "./token.js";

const RETRY = 5000;
const one = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));

// The filter may put another grid in the place of this one, so it is looked up every time.
const grid = () => document.getElementById("score-grid");
const cellAt = (element) => element.closest("#score-grid .cells__cell");
const valueOf = (cell) => one(".cells__value", cell);
const seenOf = (cell) => one("input[name^=seen-]", cell);
const rowOf = (cell) => cell.closest("tr");
// By the cell's own form: an answer may come when the filter has put another in its place.
const formOf = (cell) => cell.closest("form");
const text = (cell, name) => formOf(cell).dataset[`text${name}`];
const column = (cell) => one(`thead [data-column="${cell.dataset.column}"]`, formOf(cell));
const basisOfColumn = (cell) => one(`input[name="basis-${cell.dataset.column}"]`, formOf(cell));

// ---- how a cell stands --------------------------------------------------------------------------

const STATES = ["is-saving", "is-waiting", "is-refused", "is-saved"];

const show = (cell, state, sentence) => {
  cell.classList.remove(...STATES);
  if (state) cell.classList.add(state);
  one(".cells__say", cell).textContent = sentence;
  valueOf(cell).setAttribute("aria-invalid", String(state === "is-refused"));
  const line = one("[data-status]");
  if (line && sentence) line.textContent = `${named(cell)}: ${sentence}`;
};
const named = (cell) => `${one("a", rowOf(cell)).textContent} · ${column(cell).textContent}`;

const isChanged = (cell) => {
  const value = valueOf(cell);
  const typed = value.value.trim();
  return typed !== value.dataset.shown || (typed !== "" && "givenBasis" in value.dataset);
};

const takeOver = (cell, stand) => {
  const value = valueOf(cell);
  Object.assign(value.dataset, { shown: stand.text, basis: stand.basis, told: stand.told });
  seenOf(cell).value = stand.seen;
  if (one(".cells__clash", cell)) one(".cells__clash", cell).remove();
  const row = rowOf(cell);
  one("[data-total]", row).textContent = stand.total;
  one("[data-count]", row).textContent = stand.unset;
  one("[data-unset]", row).hidden = !stand.unset;
};

// ---- saving -------------------------------------------------------------------------------------

// One after another, in the order in which they were typed.
let queue = Promise.resolve();
const undoable = [];

const said = (cell) => {
  const value = valueOf(cell);
  const column = basisOfColumn(cell);
  const basis = "givenBasis" in value.dataset ? value.dataset.givenBasis : (column && column.value.trim()) || value.dataset.basis;
  return { value: value.value.trim(), basis };
};

const spelled = ({ value, basis }) => JSON.stringify([value, basis]);

const save = (cell, wish = said(cell), isUndoing = false) => {
  const before = { value: valueOf(cell).dataset.shown, basis: valueOf(cell).dataset.basis };
  cell.dataset.sent = spelled(wish);
  show(cell, "is-saving", text(cell, "Saving"));
  // Whatever goes wrong with one value, those typed after it are saved.
  queue = queue.then(() => send(cell, wish, before, isUndoing)).catch(() => later(cell, text(cell, "Offline")));
  return queue;
};

const isJson = (response) => (response.headers.get("Content-Type") || "").includes("json");

const send = async (cell, wish, before, isUndoing) => {
  // Somebody else's value came before; the person has not chosen yet.
  if (one(".cells__clash", cell)) return;
  const form = formOf(cell);
  const body = new FormData();
  // Asked only now: the queue may have had another value of this cell before.
  Object.entries({ ...wish, seen: seenOf(cell).value, csrfmiddlewaretoken: token(form) }).forEach(([name, said]) => body.append(name, said));
  const address = form.dataset.keep.replace("/0/values/0/", `/${rowOf(cell).dataset.sheet}/values/${cell.dataset.column}/`);
  let response = null;
  let answer = null;
  try {
    response = await fetch(address, { method: "POST", body, headers: { Accept: "application/json" } });
    // A line may break off in the midst of an answer, too.
    if (isJson(response)) answer = await response.json();
  } catch { later(cell, text(cell, "Offline")); return; }
  if (response.ok && answer) settle(cell, wish, before, answer, isUndoing);
  else if (response.status === 409 && answer) dispute(cell, wish, answer);
  else if (response.status === 422 && answer) refuse(cell, wish, answer.error, isUndoing);
  else if (response.ok || response.status === 401) later(cell, text(cell, "SignedOut"));
  else if (response.status >= 500 || response.status === 429) later(cell, text(cell, "Offline"));
  else if (response.status === 403 && !cell.dataset.again) { cell.dataset.again = "1"; later(cell, text(cell, "SignedOut")); }
  else refuse(cell, wish, text(cell, "Closed"), isUndoing);
};

const settle = (cell, wish, before, stand, isUndoing) => {
  const value = valueOf(cell);
  // Whoever typed on while it was saved keeps what is typed.
  const isLeft = value.value.trim() === wish.value || isUndoing;
  takeOver(cell, stand);
  if (isLeft) { value.value = stand.text; delete value.dataset.givenBasis; }
  delete cell.dataset.again;
  show(cell, "is-saved", text(cell, "Saved"));
  if (isLeft && document.activeElement === value) value.select();
  if (!isUndoing && (before.value !== stand.text || before.basis !== stand.basis)) undoable.push({ cell, ...before });
  showUndo();
  showBar();
};

// Where the filter leaves no unit, there is no such button.
const showUndo = () => {
  const button = one("[data-undo]");
  if (button) button.disabled = !undoable.length;
};

const later = (cell, sentence) => {
  show(cell, "is-waiting", `${text(cell, "Unsaved")} ${sentence}`);
  window.setTimeout(() => { if (cell.isConnected && cell.classList.contains("is-waiting")) save(cell, said(cell)); }, RETRY);
};

const refuse = (cell, wish, sentence, isUndoing) => {
  if (isUndoing) valueOf(cell).value = wish.value;
  show(cell, "is-refused", sentence);
};

// Both wrote: the person sees both and chooses; nothing is overwritten before.
const dispute = (cell, wish, { error, theirs }) => {
  show(cell, "is-refused", "");
  takeOver(cell, theirs);
  const box = document.getElementById("cell-clash").content.firstElementChild.cloneNode(true);
  one("[data-error]", box).textContent = error;
  one("[data-take]", box).addEventListener("click", () => {
    valueOf(cell).value = theirs.text;
    delete valueOf(cell).dataset.givenBasis;
    box.remove();
    show(cell, "", "");
    valueOf(cell).focus();
  });
  one("[data-mine]", box).addEventListener("click", () => {
    box.remove();
    valueOf(cell).focus();
    save(cell, wish);
  });
  one(".cells__say", cell).after(box);
};

const leave = (cell) => {
  if (!isChanged(cell)) {
    if (cell.classList.contains("is-refused") && !one(".cells__clash", cell)) show(cell, "", "");
    return;
  }
  if (one(".cells__clash", cell)) return;
  // The same words are under way, or were refused already.
  if (/is-(saving|waiting|refused)/.test(cell.className) && cell.dataset.sent === spelled(said(cell))) return;
  save(cell);
};

const goBack = (cell) => {
  if (one(".cells__clash", cell)) return;
  valueOf(cell).value = valueOf(cell).dataset.shown;
  delete valueOf(cell).dataset.givenBasis;
  show(cell, "", "");
  valueOf(cell).select();
  showBar();
};

const undo = () => {
  const last = undoable.pop();
  showUndo();
  if (!last || !last.cell.isConnected) return;
  valueOf(last.cell).value = last.value || grid().dataset.clearing;
  valueOf(last.cell).focus();
  save(last.cell, { value: valueOf(last.cell).value, basis: last.basis }, true);
};

// ---- moving -------------------------------------------------------------------------------------

const cellsIn = (row) => all(".cells__cell", row);
const enter = (cell) => {
  if (!cell) return;
  const target = valueOf(cell) || cell;
  target.focus();
};
const step = (cell, down, right) => {
  const rows = all("tbody tr", grid());
  const row = rows[rows.indexOf(rowOf(cell)) + down];
  if (row) enter(cellsIn(row)[cellsIn(rowOf(cell)).indexOf(cell) + right]);
};

const isAllChosen = (value) => value.selectionStart === 0 && value.selectionEnd === value.value.length;
// Whoever has clicked into a value walks through its digits first.
const isAtEdge = (value, right) => !("inside" in value.dataset) || isAllChosen(value)
  || (value.selectionStart === value.selectionEnd && value.selectionStart === (right > 0 ? value.value.length : 0));

const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

const onKey = (event) => {
  const cell = cellAt(event.target);
  if (!cell || event.isComposing || event.keyCode === 229 || event.target.closest("button")) return;
  const value = valueOf(cell);
  const isUndo = event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey) && !event.shiftKey;
  if (isUndo && undoable.length && (!value || !isChanged(cell))) { event.preventDefault(); undo(); return; }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Enter") { event.preventDefault(); step(cell, event.shiftKey ? -1 : 1, 0); if (value && document.activeElement === value) leave(cell); return; }
  if (event.shiftKey) return;
  if (event.key in MOVES) {
    const [down, right] = MOVES[event.key];
    if (right && value && !isAtEdge(value, right)) return;
    event.preventDefault();
    step(cell, down, right);
    return;
  }
  if (!value) return;
  if (event.key === "Escape") { event.preventDefault(); goBack(cell); }
  if (event.key === "F2") { event.preventDefault(); one("[data-bar-basis]").focus(); }
  if (event.key === "Delete" && isAllChosen(value) && value.dataset.shown) {
    event.preventDefault();
    value.value = grid().dataset.clearing;
    value.select();
  }
};

// ---- the bar: what the chosen cell is, and its basis --------------------------------------------

let chosen = null;

const showBar = () => {
  const bar = one("[data-bar]");
  if (!bar || !chosen || !chosen.isConnected) return;
  const value = valueOf(chosen);
  const link = one("a", rowOf(chosen));
  const head = column(chosen);
  one("[data-bar-unit]", bar).textContent = link.textContent;
  one("[data-bar-indicator]", bar).textContent = head.textContent;
  one("[data-bar-range]", bar).textContent = head.dataset.range;
  one("[data-bar-rule]", bar).textContent = head.dataset.rule;
  one("[data-bar-why]", bar).textContent = chosen.dataset.why || "";
  one("[data-bar-hint]", bar).hidden = true;
  one("[data-bar-sheet]", bar).hidden = false;
  one("[data-bar-sheet-rule]", bar).hidden = !head.dataset.rule;
  one("[data-bar-editable]", bar).hidden = !value;
  one("[data-bar-told]", bar).textContent = value ? value.dataset.told : "";
  one("[data-bar-sheet]", bar).href = `${link.getAttribute("href")}#${one(".code", head).textContent}`;
  const basis = one("[data-bar-basis]", bar);
  if (value && document.activeElement !== basis) basis.value = "givenBasis" in value.dataset ? value.dataset.givenBasis : value.dataset.basis;
};

const giveBasis = (basis) => {
  const value = chosen && chosen.isConnected && valueOf(chosen);
  if (!value) return;
  const said = basis.value.trim();
  if (said === value.dataset.basis) delete value.dataset.givenBasis;
  else value.dataset.givenBasis = said;
  if (value.value.trim()) leave(chosen);
};

// ---- a block from a spreadsheet -----------------------------------------------------------------

const onPaste = (event) => {
  const cell = cellAt(event.target);
  if (!cell) return;
  const block = event.clipboardData.getData("text/plain").replace(/[\r\n]+$/, "");
  if (!/[\t\n]/.test(block)) {
    // Excel ends even a single cell with a line break.
    if (valueOf(cell)) { event.preventDefault(); event.target.setRangeText(block.trim(), event.target.selectionStart, event.target.selectionEnd, "end"); }
    return;
  }
  event.preventDefault();
  const form = document.getElementById("paste-form");
  form.elements.block.value = block;
  form.elements.sheet.value = rowOf(cell).dataset.sheet;
  form.elements.indicator.value = cell.dataset.column;
  // Each column's basis goes along, as for what is typed.
  form.querySelectorAll("[data-of-column]").forEach((input) => input.remove());
  all(".cells__basis", grid()).forEach((input) => {
    const copy = Object.assign(document.createElement("input"), { type: "hidden", name: input.name, value: input.value });
    copy.dataset.ofColumn = "";
    form.append(copy);
  });
  queue.then(() => { isLeaving = true; form.requestSubmit(); });
};

// ---- beginning ----------------------------------------------------------------------------------

let isLeaving = false;
const keyOf = (input) => `score-grid-${input.name}`;

const begin = () => {
  const form = grid();
  chosen = null;
  undoable.length = 0;
  if (!form || !one("[data-bar]", form)) return;
  // The groups stand in one row that scrolls; the chosen one is in sight.
  one(".cells__groups [aria-current]").scrollIntoView({ block: "nearest", inline: "nearest" });
  all("[data-bar], [data-tools]").forEach((part) => { part.hidden = false; });
  // Plain cells are reached by the arrows; Tab goes from value to value.
  all(".cells__cell--plain", form).forEach((cell) => { cell.tabIndex = -1; });
  // A page that came back with refusals remembers the basis of what was typed.
  all("input[name^=given-]", form).forEach((input) => { valueOf(cellAt(input)).dataset.givenBasis = input.value; });
  all(".cells__basis", form).forEach((input) => {
    try { input.value = input.value || sessionStorage.getItem(keyOf(input)) || ""; } catch { /* nothing kept */ }
  });
};

document.addEventListener("keydown", (event) => {
  if (!grid()) return;
  if (event.target.matches("[data-bar-basis]") && !event.isComposing && ["Enter", "F2", "Escape"].includes(event.key)) {
    event.preventDefault();
    if (event.key === "Escape") showBar();
    else giveBasis(event.target);
    enter(chosen);
    return;
  }
  if (event.target.matches(".cells__basis") && event.key === "Enter") { event.preventDefault(); return; }
  onKey(event);
});
// The first click chooses the whole value, another one stands inside it.
let isPointing = false;
let isFresh = false;
document.addEventListener("mousedown", (event) => { isPointing = true; isFresh = event.target !== document.activeElement; });
document.addEventListener("mouseup", () => { isPointing = false; });
document.addEventListener("click", (event) => {
  if (!event.target.matches("#score-grid .cells__value")) return;
  if (isFresh) event.target.select();
  else event.target.dataset.inside = "";
});
document.addEventListener("focusin", (event) => {
  const cell = cellAt(event.target);
  if (!cell || event.target.closest("button")) return;
  chosen = cell;
  if (!isPointing && event.target.select) event.target.select();
  showBar();
});
document.addEventListener("focusout", (event) => {
  if (!event.target.matches) return;
  if (event.target.matches("#score-grid .cells__value")) { delete event.target.dataset.inside; leave(cellAt(event.target)); }
  if (event.target.matches("[data-bar-basis]")) giveBasis(event.target);
});
document.addEventListener("change", (event) => {
  if (!event.target.matches(".cells__basis")) return;
  try { sessionStorage.setItem(keyOf(event.target), event.target.value); } catch { /* nothing kept */ }
});
document.addEventListener("paste", onPaste);
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-undo]")) undo();
  if (event.target.closest("[data-keys]")) one("[data-keys-help]").showModal();
});
window.addEventListener("online", () => all(".is-waiting", grid() || document).forEach((cell) => save(cell)));
window.addEventListener("beforeunload", (event) => {
  const form = grid();
  if (isLeaving || !form || !all(".cells__value", form).some((value) => isChanged(cellAt(value)))) return;
  event.preventDefault();
  event.returnValue = "";
});
document.addEventListener("htmx:afterSettle", (event) => { if (event.target.id === "results") begin(); });
begin();
