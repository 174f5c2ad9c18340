// Draws each chart when it comes near the window, in the colours of the reader's system; on
// paper they are light.
(() => {
  const figures = JSON.parse(document.getElementById("figures").textContent);
  const places = [...document.querySelectorAll(".chart")];
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const options = { displayModeBar: false, responsive: true, doubleClick: false };
  let onPaper = false;

  function draw(place) {
    const theme = dark.matches && !onPaper ? "dark" : "light";
    const figure = figures[Number(place.dataset.chart)][theme];
    // A narrow window has no room for names beside the lines.
    const layout = structuredClone(figure.layout);
    if (place.clientWidth < 480 && layout.annotations) {
      layout.margin.r = 12;
      layout.annotations = [];
    }
    if (place.clientWidth < 480 && layout.yaxis.ticktext) {
      const short = (name) => (name.length > 20 && !name.includes("<") && !name.includes("&")
        ? `${name.slice(0, 9)}…${name.slice(-9)}` : name);
      layout.yaxis.ticktext = layout.yaxis.ticktext.map(short);
      const [low, high] = layout.xaxis.range;
      layout.xaxis.range = [low - (high - low) * 0.25, high + (high - low) * 0.25];
    }
    Plotly.react(place, figure.data, layout, options);
    place.dataset.drawn = theme;
  }

  const watcher = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (entry.isIntersecting && !entry.target.dataset.drawn) draw(entry.target);
    }
  }, { rootMargin: "800px" });
  places.forEach((place) => watcher.observe(place));

  function redraw() {
    places.filter((place) => onPaper || place.dataset.drawn).forEach(draw);
  }
  dark.addEventListener("change", redraw);
  addEventListener("beforeprint", () => { onPaper = true; redraw(); });
  addEventListener("afterprint", () => { onPaper = false; redraw(); });
})();
