// A record saves itself, field by field, while somebody writes: within two seconds, through a lost
// connection and a lost session, and beside somebody else at the same record. Without this file the
// form is saved by its buttons.

import { token } from "./token.js";

const PAUSE = 800;
const AT_MOST = 1800;
const RETRY = 5000;
const ASK_AGAIN = 15000;

// Several tick boxes of one name are one field.
const fieldOf = (form, name) => {
  const controls = Array.from(form.elements).filter((control) => control.name === name);
  const isTicks = controls[0].type === "checkbox";
  return {
    name,
    isTicks,
    controls,
    read: () => (isTicks ? controls.filter((box) => box.checked).map((box) => box.value) : controls[0].value),
    write: (value) => {
      if (isTicks) controls.forEach((box) => { box.checked = value.includes(box.value); });
      else controls[0].value = value;
      controls[0].dispatchEvent(new Event("shown", { bubbles: true }));
    },
  };
};

// Whether somebody wrote there since the page came; what the server itself put there is no writing.
const isWritten = (control) => (control.options ? Array.from(control.options).some((option) => option.selected !== option.defaultSelected)
  : control.value !== control.defaultValue || control.checked !== control.defaultChecked);

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

class Autosave {
  constructor(form) {
    this.form = form;
    this.status = document.querySelectorAll("[data-saved]");
    this.clash = document.getElementById("clash");
    this.version = form.dataset.version;
    const controls = Array.from(form.elements).filter((control) => control.name);
    const names = new Set(controls.map((control) => control.name));
    // Tick boxes of which none is ticked have no hidden twin.
    const ticks = new Set(controls.filter((control) => control.type === "checkbox").map((control) => control.name));
    this.fields = Array.from(names).filter((name) => names.has(`initial-${name}`) || ticks.has(name)).map((name) => fieldOf(form, name));
    this.seen = Object.fromEntries(this.fields.map((field) => [field.name, this.twin(field)]));
    this.form.addEventListener("input", () => this.touched());
    this.form.addEventListener("change", () => this.touched());
    this.form.addEventListener("submit", (event) => this.beforeSubmit(event));
    window.addEventListener("online", () => this.save());
    window.addEventListener("pagehide", () => this.sayGoodbye());
    document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") this.save(); else this.sayGoodbye(); });
    window.setInterval(() => { if (document.visibilityState === "visible") this.save(); }, ASK_AGAIN);
    this.restore();
    // On a slow line somebody was quicker than this file: nobody heard of what was typed.
    if (this.fields.some((field) => field.controls.some(isWritten))) this.touched();
  }

  text(name, values = {}) {
    return Object.entries(values).reduce((text, [key, value]) => text.replace(`{${key}}`, value), this.form.dataset[`text${name}`]);
  }

  say(text, isBad = false) {
    this.status.forEach((line) => { line.textContent = text; line.classList.toggle("warn", isBad); });
  }

  // ---- what stood there, what stands here --------------------------------------------------

  twins(field) {
    return Array.from(this.form.elements).filter((control) => control.name === `initial-${field.name}`);
  }

  twin(field) {
    const values = this.twins(field).map((control) => control.value);
    return field.isTicks ? values : values[0];
  }

  // The buttons send the hidden twins: they must say what this page knows.
  setTwin(field, value) {
    this.seen[field.name] = value;
    if (!field.isTicks) { this.twins(field)[0].value = value; return; }
    this.twins(field).forEach((control) => control.remove());
    value.forEach((one) => {
      const input = document.createElement("input");
      Object.assign(input, { type: "hidden", name: `initial-${field.name}`, value: one });
      this.form.append(input);
    });
  }

  changed() {
    return this.fields.filter((field) => !same(field.read(), this.seen[field.name]) && !field.isDisputed);
  }

  // ---- kept on this device until the server has it -----------------------------------------

  keepHere() {
    const typed = this.fields.filter((field) => !same(field.read(), this.seen[field.name]));
    try {
      if (!typed.length) { localStorage.removeItem(this.form.dataset.local); return; }
      const kept = { time: new Date().toTimeString().slice(0, 5), values: {}, seen: {} };
      typed.forEach((field) => { kept.values[field.name] = field.read(); kept.seen[field.name] = this.seen[field.name]; });
      localStorage.setItem(this.form.dataset.local, JSON.stringify(kept));
    } catch { /* a full or forbidden store: the server still has what was saved */ }
  }

  restore() {
    let kept = null;
    try { kept = JSON.parse(localStorage.getItem(this.form.dataset.local)); } catch { /* nothing to restore */ }
    if (!kept) return;
    const lost = this.fields.filter((field) => field.name in kept.values && !same(kept.values[field.name], field.read()));
    lost.forEach((field) => {
      field.write(kept.values[field.name]);
      this.seen[field.name] = kept.seen[field.name];
    });
    this.keepHere();
    if (!lost.length) return;
    this.say(this.text("Restored", { time: kept.time }));
    this.save();
  }

  // ---- saving ------------------------------------------------------------------------------

  touched() {
    this.keepHere();
    if (!this.changed().length) return;
    this.say(this.text("Unsaved"));
    this.firstTouch = this.firstTouch || Date.now();
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.save(), Math.max(0, Math.min(PAUSE, this.firstTouch + AT_MOST - Date.now())));
  }

  body(fields) {
    const body = new FormData();
    body.append("csrfmiddlewaretoken", token(this.form));
    body.append("version", this.version);
    fields.forEach((field) => {
      const add = (name, value) => [].concat(value).forEach((one) => body.append(name, one));
      // A field of ticks is named even when none is ticked.
      body.append("fields", field.name);
      add(field.name, field.read());
      add(`initial-${field.name}`, this.seen[field.name]);
    });
    return body;
  }

  async save() {
    if (this.isClosed) return;
    if (this.isSaving) { this.again = true; return; }
    window.clearTimeout(this.timer);
    this.firstTouch = null;
    this.isSaving = true;
    const fields = this.changed();
    const sent = Object.fromEntries(fields.map((field) => [field.name, field.read()]));
    if (fields.length) this.say(this.text("Saving"));
    try {
      const response = await fetch(this.form.dataset.autosave, { method: "POST", body: this.body(fields), headers: { Accept: "application/json" } });
      const isAnswer = (response.headers.get("Content-Type") || "").includes("json");
      if (response.ok && isAnswer) this.settle(fields, sent, await response.json());
      else this.refuse(response, fields.length);
    } catch {
      this.fail(this.text("Offline"));
    }
    this.isSaving = false;
    this.afterwards();
  }

  afterwards() {
    const submit = this.submitAfterwards;
    this.submitAfterwards = null;
    if (submit && !this.isClosed) { submit(); return; }
    if (this.again) { this.again = false; if (this.changed().length) this.touched(); }
  }

  settle(fields, sent, answer) {
    window.clearTimeout(this.retry);
    this.triedToken = false;
    const clashes = answer.clashes;
    fields.forEach((field) => {
      this.tell(field, answer.errors[field.name]);
      if (answer.errors[field.name]) { field.isDisputed = true; field.controls.forEach((control) => control.addEventListener("input", () => { field.isDisputed = false; }, { once: true })); return; }
      if (field.name in clashes) this.dispute(field, clashes[field.name]);
      else this.setTwin(field, sent[field.name]);
    });
    if (answer.values) this.takeOver(answer.values, clashes);
    this.version = String(answer.version);
    this.keepHere();
    const isAllSaved = !Object.keys(answer.errors).length && !Object.keys(clashes).length;
    // What the indicators ask for is looked at again.
    if (fields.length) document.body.dispatchEvent(new Event("kept"));
    if (fields.length && isAllSaved) this.say(this.text("Saved", { time: answer.saved }));
    else if (fields.length) this.say(this.text("Unsaved"), true);
  }

  // What others wrote appears where nothing is being written here.
  takeOver(values, clashes) {
    const theirs = this.fields.filter((field) => field.name in values && !(field.name in clashes) && !same(values[field.name], this.seen[field.name]));
    const shown = theirs.filter((field) => same(field.read(), this.seen[field.name]));
    shown.forEach((field) => { field.write(values[field.name]); this.setTwin(field, values[field.name]); });
    if (shown.length) this.say(this.text("Theirs", { fields: shown.map((field) => this.labelOf(field)).join("、") }));
  }

  labelOf(field) {
    const control = field.controls[0];
    const label = field.isTicks ? control.closest("fieldset").querySelector("legend") : this.form.querySelector(`label[for="${control.id}"]`);
    return label ? label.firstChild.textContent.trim() : field.name;
  }

  place(field) { return field.controls[0].closest(".field, fieldset"); }

  // A mistake is said at its field, where the page itself would say it.
  tell(field, sentence) {
    const place = this.place(field);
    const old = place.querySelector("[data-mistake]");
    if (old) old.remove();
    if (!sentence) return;
    const line = document.createElement("p");
    line.className = "field__error";
    line.dataset.mistake = "";
    line.textContent = sentence;
    place.insertBefore(line, place.querySelector("input, textarea, select"));
  }

  // Both wrote at the same place: the person chooses.
  dispute(field, { value, text }) {
    field.isDisputed = true;
    const box = this.clash.content.firstElementChild.cloneNode(true);
    box.querySelector("[data-theirs]").textContent = text;
    const decide = (take) => () => {
      field.isDisputed = false;
      this.setTwin(field, value);
      if (take) field.write(value);
      box.remove();
      this.touched();
      this.keepHere();
    };
    box.querySelector("[data-take]").addEventListener("click", decide(true));
    box.querySelector("[data-mine]").addEventListener("click", decide(false));
    this.place(field).after(box);
  }

  refuse(response, wasSaving) {
    // A page instead of an answer is the one that asks who one is.
    if (response.ok || response.status === 401) { this.fail(this.text("SignedOut")); return; }
    if (response.status >= 500 || response.status === 429) { this.fail(this.text("Offline")); return; }
    // A stale token: the cookie has the new one next time.
    if (response.status === 403 && !this.triedToken) { this.triedToken = true; this.fail(this.text("SignedOut")); return; }
    this.isClosed = true;
    if (wasSaving || this.changed().length) this.say(this.text("Closed"), true);
  }

  fail(sentence) {
    if (!this.changed().length) return;
    this.say(sentence, true);
    window.clearTimeout(this.retry);
    this.retry = window.setTimeout(() => this.save(), RETRY);
  }

  // ---- leaving -----------------------------------------------------------------------------

  // The buttons wait for an answer under way, or the form would quarrel with it.
  beforeSubmit(event) {
    if (!this.isSaving || event.defaultPrevented) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const { submitter } = event;
    this.submitAfterwards = () => this.form.requestSubmit(submitter);
  }

  sayGoodbye() {
    const fields = this.changed();
    if (!fields.length || this.isClosed || this.isSaving) return;
    navigator.sendBeacon(this.form.dataset.autosave, this.body(fields));
  }
}

document.querySelectorAll("form[data-autosave]").forEach((form) => new Autosave(form));
