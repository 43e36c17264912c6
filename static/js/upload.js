// Evidence on its way: several files one after another, each with its progress, and large photos
// made smaller first. Without this file the form uploads the plain way.

import { token } from "./token.js";

const PHOTO_EDGE = 2000;
const PHOTO_BYTES = 2 * 1024 * 1024;
const PHOTO_QUALITY = 0.85;
const REMARKS_BYTES = 64 * 1024;

// ---- photos --------------------------------------------------------------------------------

const loadPicture = (file) => new Promise((resolve, reject) => {
  const address = URL.createObjectURL(file);
  const picture = new Image();
  picture.onload = () => { URL.revokeObjectURL(address); resolve(picture); };
  picture.onerror = () => { URL.revokeObjectURL(address); reject(new Error("not a picture")); };
  picture.src = address;
});

const toBlob = (canvas, type) => new Promise((resolve) => { canvas.toBlob(resolve, type, PHOTO_QUALITY); });

// The part of a JPEG in which the camera says when and where it was taken, without its picture. It stands
// near the beginning, and the server takes no longer one.
const remarksOf = async (file) => {
  const bytes = new Uint8Array(await file.slice(0, 2 * REMARKS_BYTES).arrayBuffer());
  const view = new DataView(bytes.buffer);
  for (let at = 2; at + 10 < bytes.length && view.getUint8(at) === 0xff;) {
    const end = at + view.getUint16(at + 2) + 2;
    if (view.getUint8(at + 1) === 0xe1 && view.getUint32(at + 4) === 0x45786966) return new Blob([bytes.slice(at + 4, end)]);
    if (view.getUint8(at + 1) === 0xda) return null;
    at = end;
  }
  return null;
};

const isLargePhoto = (file) => ["image/jpeg", "image/png"].includes(file.type) && file.size > PHOTO_BYTES;

// The smaller photo, and apart from it what the camera says: a canvas draws the picture and nothing else.
const shrink = async (file) => {
  const picture = await loadPicture(file);
  const scale = Math.min(1, PHOTO_EDGE / Math.max(picture.naturalWidth, picture.naturalHeight));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.naturalWidth * scale);
  canvas.height = Math.round(picture.naturalHeight * scale);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  const blob = await toBlob(canvas, file.type);
  if (!blob || blob.size >= file.size) return { file };
  const remarks = file.type === "image/jpeg" ? await remarksOf(file).catch(() => null) : null;
  return { file: new File([blob], file.name, { type: file.type, lastModified: file.lastModified }), remarks };
};

// ---- captions ------------------------------------------------------------------------------

// htmx keeps a caption while it is typed. What it has not sent (typed before it listened, or just before
// the list is shown anew) differs from the default value, which is what the server has.
const unsaved = (place) => Array.from(place.querySelectorAll(".caption [name=caption]")).filter((field) => field.value !== field.defaultValue);

const saveCaption = async (field) => {
  const before = field.defaultValue;
  const body = new FormData(field.form);
  body.set("csrfmiddlewaretoken", token(field.form));
  field.defaultValue = field.value;
  const response = await fetch(field.form.action, { method: "POST", body, headers: { "HX-Request": "true" } }).catch(() => null);
  if (!response || !response.ok) field.defaultValue = before;
};

const saveCaptions = (place) => Promise.all(unsaved(place).map(saveCaption));

document.addEventListener("htmx:beforeRequest", ({ detail: { elt } }) => { if (elt.matches(".caption [name=caption]")) elt.defaultValue = elt.value; });
// From now on htmx listens.
document.addEventListener("DOMContentLoaded", () => window.setTimeout(() => saveCaptions(document)));

// ---- the list of files -----------------------------------------------------------------------

const showScripted = (list) => { if (list) list.querySelectorAll("[data-needs-script]").forEach((part) => { part.hidden = false; }); };

const showList = (list) => {
  const old = document.querySelector("[data-files]");
  // What was typed beside a file and is not saved yet.
  list.querySelectorAll("[data-kept]").forEach((field) => { field.value = document.getElementById(field.id)?.value ?? field.value; });
  unsaved(document).forEach((field) => {
    const there = list.querySelector(`#${field.id}`);
    if (there) there.value = field.value;
  });
  if (old) old.replaceWith(list);
  saveCaptions(list);
  document.body.dispatchEvent(new Event("kept"));
  showScripted(list);
  if (window.htmx) window.htmx.process(list);
};
document.addEventListener("htmx:load", (event) => { if (event.detail.elt.matches("[data-files]")) showScripted(event.detail.elt); });

// ---- the queue -------------------------------------------------------------------------------

class Uploader {
  constructor(form) {
    this.form = form;
    this.queue = form.querySelector("[data-queue]");
    this.row = form.querySelector("template[data-row]");
    this.status = form.querySelector("[data-status]");
    this.waiting = [];
    this.current = null;
    form.querySelectorAll("[data-needs-script]").forEach((part) => { part.hidden = false; });
    form.querySelectorAll("[data-pick]").forEach((input) => {
      input.classList.add("hush");
      input.addEventListener("change", () => this.pick(input));
    });
    form.addEventListener("submit", (event) => event.preventDefault());
    this.acceptReplacements();
    // Where only marked files can be replaced, nothing is dropped or pasted beside them.
    const zone = form.querySelector("[data-drop]");
    if (zone) { this.acceptDrops(zone); this.acceptPastes(); }
    showScripted(document.querySelector("[data-files]"));
    window.addEventListener("online", () => this.queue.querySelectorAll("[data-broken] [data-retry]").forEach((button) => button.click()));
    window.addEventListener("beforeunload", (event) => { if (this.isBusy) event.preventDefault(); });
    document.querySelectorAll("form[data-waits-for-files]").forEach((other) => this.holdBack(other));
    // The answer to a file shows the list anew, so captions go first.
    saveCaptions(document).then(() => this.pickWhatLies());
  }

  // On a slow line somebody was quicker than this file: nobody heard of the change.
  pickWhatLies() {
    [...this.form.querySelectorAll("[data-pick]"), ...document.querySelectorAll("[data-replaces]")].forEach((input) => this.pick(input));
  }

  pick(input) {
    if (!input.files.length) return;
    this.take(input.files, input.dataset.replaces);
    input.value = "";
  }

  get isBusy() { return Boolean(this.current || this.waiting.length); }

  // Saving the record while files are on their way would break them off: it waits for the last one.
  holdBack(other) {
    other.addEventListener("submit", (event) => {
      if (!this.isBusy) return;
      event.preventDefault();
      this.status.textContent = this.text("Saving");
      this.afterwards = () => other.requestSubmit(event.submitter);
    });
  }

  text(name) { return this.form.dataset[`text${name}`]; }

  acceptDrops(zone) {
    const over = (on) => (event) => { event.preventDefault(); zone.classList.toggle("is-over", on); };
    zone.addEventListener("dragover", over(true));
    zone.addEventListener("dragleave", over(false));
    zone.addEventListener("drop", (event) => { over(false)(event); this.take(event.dataTransfer.files); });
  }

  // A file chosen in place of another one.
  acceptReplacements() {
    document.addEventListener("change", (event) => {
      if (event.target.dataset.replaces) this.pick(event.target);
    });
  }

  // A picture out of the clipboard.
  acceptPastes() {
    document.addEventListener("paste", (event) => {
      const files = Array.from(event.clipboardData.files);
      if (!files.length) return;
      event.preventDefault();
      const time = new Date().toTimeString().slice(0, 8).replace(/:/g, "");
      this.take(files.map((file, at) => new File([file], `${this.text("Pasted")}${time}${at || ""}.${file.name.split(".").pop()}`, { type: file.type })));
    });
  }

  take(files, replaces = "") {
    Array.from(files).forEach((file) => this.line(file, replaces));
    this.next();
  }

  // One file: its row, and the buttons that belong to it.
  line(file, replaces) {
    const row = this.row.content.firstElementChild.cloneNode(true);
    const part = (name) => row.querySelector(`[data-${name}]`);
    const item = { file, row, part, replaces, request: null };
    part("name").textContent = file.name;
    part("cancel").addEventListener("click", () => this.cancel(item));
    part("dismiss").addEventListener("click", () => row.remove());
    part("retry").addEventListener("click", () => { this.wait(item); this.next(); });
    this.queue.append(row);
    this.wait(item);
  }

  wait(item) {
    item.row.removeAttribute("data-broken");
    item.row.classList.remove("file--bad");
    item.part("retry").hidden = true;
    item.part("dismiss").hidden = true;
    item.part("cancel").hidden = false;
    item.part("progress").hidden = false;
    item.part("progress").value = 0;
    this.note(item, this.text("Waiting"));
    this.waiting.push(item);
  }

  note(item, text) { item.part("note").textContent = text; }

  // One at a time: a weak line is not split, and every answer shows the newest list.
  async next() {
    if (this.current) return;
    if (!this.waiting.length) { this.finish(); return; }
    const item = this.waiting.shift();
    this.current = item;
    try {
      if (isLargePhoto(item.file)) {
        this.note(item, this.text("Shrinking"));
        Object.assign(item, await shrink(item.file).catch(() => ({})));
      }
      if (item.cancelled) return;
      if (item.file.size > Number(this.form.dataset.fileBytes)) this.refuse(item, this.text("Large"));
      else this.settle(item, await this.send(item));
    } finally {
      this.current = null;
      this.next();
    }
  }

  finish() {
    const { afterwards } = this;
    this.afterwards = null;
    if (afterwards) afterwards();
  }

  send(item) {
    const body = new FormData();
    body.append("csrfmiddlewaretoken", token(this.form));
    body.append("next", this.form.elements.next.value);
    if (item.replaces) body.append("replaces", item.replaces);
    if (item.remarks) body.append("remarks", item.remarks);
    body.append("files", item.file, item.file.name);
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      item.request = request;
      request.open("POST", this.form.action);
      request.setRequestHeader("HX-Request", "true");
      request.upload.addEventListener("progress", (event) => { if (event.lengthComputable) this.progress(item, event.loaded / event.total); });
      request.addEventListener("loadend", () => resolve(request));
      request.send(body);
    });
  }

  progress(item, share) {
    const percent = Math.round(share * 100);
    item.part("progress").value = percent;
    this.note(item, percent < 100 ? this.text("Sending").replace("{percent}", `${percent}%`) : this.text("Checking"));
  }

  // What the answer means for this file.
  settle(item, request) {
    item.request = null;
    if (item.cancelled) return;
    if (request.status === 0) { this.fail(item, this.text("Offline")); item.row.dataset.broken = ""; return; }
    if (request.status === 403 || request.status === 404 || request.status === 409) { this.refuse(item, this.text("Closed")); return; }
    if (request.status !== 200) { this.fail(item, this.text("Failed")); return; }
    const list = new DOMParser().parseFromString(request.responseText, "text/html").querySelector("[data-files]");
    if (!list) { this.fail(item, this.text("SignedOut")); return; }
    const refusal = list.querySelector("[data-refusal]");
    // The row says why; the list need not say it again.
    list.querySelectorAll("[data-refusal]").forEach((reason) => reason.closest("[role=alert]").remove());
    showList(document.adoptNode(list));
    if (refusal) this.refuse(item, refusal.textContent);
    else this.done(item);
  }

  done(item) {
    item.row.remove();
    this.status.textContent = this.text("Added").replace("{name}", item.file.name);
  }

  // Trying again would not help: the file itself is the reason.
  refuse(item, reason) {
    item.row.classList.add("file--bad");
    item.part("progress").hidden = true;
    item.part("cancel").hidden = true;
    item.part("dismiss").hidden = false;
    this.note(item, reason);
    this.status.textContent = `${item.file.name}: ${reason}`;
  }

  fail(item, reason) {
    this.refuse(item, reason);
    item.part("retry").hidden = false;
  }

  cancel(item) {
    item.cancelled = true;
    this.waiting = this.waiting.filter((other) => other !== item);
    if (item.request) item.request.abort();
    item.row.remove();
  }
}

document.querySelectorAll("[data-uploader]").forEach((form) => new Uploader(form));
