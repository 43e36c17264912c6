// A review keeps itself while one judges, for oneself alone; the next look at the page begins with it.
// Without this file a button keeps it.

import { token } from "./token.js";

const PAUSE = 600;
const RETRY = 5000;
const form = document.querySelector("form[data-keep]");

if (form) {
  const status = form.querySelector("[data-kept]");
  let isOpen = true;
  let isTouched = false;
  let timer = null;
  let underWay = null;

  const say = (name, time, isBad = false) => {
    status.textContent = form.dataset[`text${name}`].replace("{time}", time);
    status.classList.toggle("warn", isBad);
  };
  const body = () => {
    const said = new FormData(form);
    said.set("csrfmiddlewaretoken", token(form));
    said.set("by_itself", "1");
    return said;
  };
  const later = (pause) => {
    window.clearTimeout(timer);
    timer = window.setTimeout(save, pause);
  };
  const send = async () => {
    let response = null;
    try {
      response = await fetch(form.dataset.keep, { method: "POST", body: body(), headers: { Accept: "application/json" } });
      // A page instead of an answer is the one that asks who one is.
      const isAnswer = (response.headers.get("Content-Type") || "").includes("json");
      if (response.ok && isAnswer) {
        const { at, whole } = await response.json();
        say(whole ? "Kept" : "Partly", at, !whole);
        return;
      }
    } catch { /* no line: said and tried again below */ }
    isTouched = true;
    isOpen = !response || response.ok || response.status >= 500 || response.status === 429;
    say(isOpen ? "Failed" : "Closed", "", true);
    if (isOpen) later(RETRY);
  };
  // One after the other, so that an older state never comes last.
  async function save() {
    window.clearTimeout(timer);
    if (underWay) await underWay;
    if (!isTouched || !isOpen) return;
    isTouched = false;
    underWay = send();
    await underWay;
    underWay = null;
  }

  form.addEventListener("input", () => { isTouched = true; later(PAUSE); });
  form.addEventListener("change", save);
  // What is sent by its button needs no keeping; any other form of the page waits until all is kept.
  document.addEventListener("submit", (event) => {
    const { target, submitter } = event;
    if (target === form) { isTouched = false; window.clearTimeout(timer); return; }
    if (target.method !== "post" || target.hasAttribute("hx-post") || !isOpen || !(isTouched || underWay)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    save().then(() => { isOpen = false; target.requestSubmit(submitter); });
  }, true);
  const leave = () => {
    if (!isTouched || !isOpen) return;
    isTouched = false;
    navigator.sendBeacon(form.dataset.keep, body());
  };
  window.addEventListener("pagehide", leave);
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") leave(); });
}
