// Larger type is of the tab, not of the view: an address turns it on, and is not changed by it.
const KEPT = "scorecard-view";
const page = document.documentElement;

function set(button, view) {
  page.dataset.view = view;
  sessionStorage.setItem(KEPT, view);
  button.setAttribute("aria-pressed", String(view === "projector"));
}

// Streamlit leaves the keyboard at the button of a popover, while what opened stands at the end of
// the document. It is led there, and back to the button by Escape.
const OPENED = "[data-testid=stPopoverBody]";
let opener = null;

function once(isSo, act, times = 40) {
  if (isSo()) act();
  else if (times) setTimeout(() => once(isSo, act, times - 1), 50);
}

function lead(event) {
  const opened = () => document.querySelector(OPENED);
  const button = event.target.closest?.("[data-testid=stPopoverButton]");
  if (button && ["Enter", " "].includes(event.key) && !opened()) {
    opener = button;
    once(opened, () => {
      opened().tabIndex = -1;
      opened().focus();
    });
  }
  if (event.key === "Escape" && event.target.closest?.(OPENED)) once(() => !opened(), () => opener?.focus());
}

if (!globalThis.scorecardLeads) {
  globalThis.scorecardLeads = true;
  addEventListener("keydown", lead, true);
}

export default function ({ data, parentElement }) {
  const button = parentElement.querySelector(".larger");
  button.textContent = data.label;
  // The address is asked once: who pressed the button on the way has said otherwise since.
  const asked = new URLSearchParams(location.search).get("view");
  set(button, page.dataset.view ?? asked ?? sessionStorage.getItem(KEPT) ?? "");
  button.onclick = () => set(button, page.dataset.view === "projector" ? "" : "projector");
}
