// Pins a return to the place where one stands: a field, an indicator, a photo. Without this file the
// places are chosen from a list.

const form = document.querySelector("form[data-points]");

if (form) {
  const points = Array.from(form.querySelectorAll("[data-point]"));
  const control = (point, name) => point.querySelector(`[name$="-${name}"]`);
  const isFree = (point) => ["place", "reason", "note"].every((name) => !control(point, name).value);
  const another = form.querySelector("[data-another]");

  // One empty row is enough to begin with.
  const show = () => {
    const first = points.findIndex(isFree);
    points.forEach((point, at) => { point.hidden = isFree(point) && at !== first && !point.hasAttribute("data-wanted"); });
    another.parentElement.hidden = !points.some((point) => point.hidden);
  };

  const open = (point) => {
    point.setAttribute("data-wanted", "");
    show();
    form.closest("details").open = true;
    control(point, "reason").focus();
  };

  document.querySelectorAll("[data-needs-pins]").forEach((part) => { part.hidden = false; });
  document.querySelectorAll("[data-pin]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      const pinned = points.find((point) => control(point, "place").value === button.dataset.pin);
      const point = pinned || points.find(isFree);
      if (!point) return;
      control(point, "place").value = button.dataset.pin;
      open(point);
    });
  });
  another.addEventListener("click", () => {
    const next = points.find((point) => point.hidden);
    if (next) open(next);
  });
  form.addEventListener("change", show);
  show();
}
