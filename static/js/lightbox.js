// Photos of an entry, one after another over the page. Without this file each opens on its own page.

const dialog = () => document.querySelector("[data-lightbox-dialog]");
const photos = () => Array.from(document.querySelectorAll("a[data-lightbox]"));
let shown = 0;

const show = (number) => {
  const all = photos();
  shown = (number + all.length) % all.length;
  const box = dialog();
  const picture = box.querySelector("[data-lightbox-picture]");
  picture.src = all[shown].dataset.lightbox;
  picture.alt = all[shown].dataset.name;
  box.querySelector("[data-lightbox-name]").textContent = `${all[shown].dataset.name} · ${shown + 1} / ${all.length}`;
  box.querySelectorAll("[data-lightbox-step]").forEach((button) => { button.hidden = all.length < 2; });
  if (!box.open) box.showModal();
};

const close = () => {
  dialog().close();
  const link = photos()[shown];
  if (link) link.focus();
};

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-lightbox]");
  const box = dialog();
  if (link && box && box.showModal && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    show(photos().indexOf(link));
    return;
  }
  if (!box || !box.open) return;
  const step = event.target.closest("[data-lightbox-step]");
  if (step) show(shown + Number(step.dataset.lightboxStep));
  // A click beside the photo closes it, like the cross does.
  else if (event.target === box || event.target.closest("[data-lightbox-close]")) close();
});

document.addEventListener("keydown", (event) => {
  const box = dialog();
  if (!box || !box.open) return;
  if (event.key === "ArrowLeft") show(shown - 1);
  if (event.key === "ArrowRight") show(shown + 1);
});
