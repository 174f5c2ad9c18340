// The name arrives as text and is set as text, so that nothing in it is read as markup.
const TIMES = 120;

export default function ({ parentElement, data }) {
  const place = parentElement.querySelector(".watermark");
  if (place.dataset.text === data.text) return;
  place.dataset.text = data.text;
  place.replaceChildren(
    ...Array.from({ length: TIMES }, () => {
      const once = document.createElement("span");
      once.textContent = data.text;
      return once;
    }),
  );
}
