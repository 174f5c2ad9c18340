// Shows an exhibit: its finding, what it shows, and the figure, which Plotly changes in place.

function load(source) {
  globalThis.scorecardPlotly ??= new Promise((done, fail) => {
    const script = document.createElement("script");
    script.src = source;
    script.onload = () => done(globalThis.Plotly);
    script.onerror = fail;
    document.head.append(script);
  });
  return globalThis.scorecardPlotly;
}

function build() {
  const root = document.createElement("section");
  root.className = "exhibit";
  for (const [tag, name] of [["h3", "finding"], ["p", "about"], ["p", "said"], ["div", "plot"]]) {
    const node = document.createElement(tag);
    node.className = name;
    root.append(node);
  }
  return root;
}

function text(node, words) {
  if (node.textContent !== words) node.textContent = words;
  if (node.hidden === Boolean(words)) node.hidden = !words;
}

// One figure: what it was asked to show last, drawn once Plotly has come.
class Plot {
  constructor(node, data) {
    this.node = node;
    this.shown = "";
    this.width = 0;
    this.place = -1;
    this.room = 0;
    this.told = document.createElement("p");
    this.told.className = "unseen";
    this.told.setAttribute("aria-live", "polite");
    node.after(this.told);
    this.watch = new ResizeObserver(([entry]) => {
      this.room = Math.round(entry.contentRect.width);
      this.fit();
    });
    this.watch.observe(node);
    load(data.source).then((plotly) => {
      this.plotly = plotly;
      this.draw();
    });
    node.onkeydown = (event) => this.key(event);
    node.onblur = () => this.place >= 0 && this.plotly?.Fx.unhover(node);
  }

  ask(figure, data) {
    this.data = data;
    this.figure = figure;
    if (this.node.hidden === Boolean(figure)) this.node.hidden = !figure;
    if (!figure) return;
    // The room is taken before the figure is there, so nothing moves when it comes.
    const height = `${figure.layout.height}px`;
    if (this.node.style.height !== height) this.node.style.height = height;
    const isActive = Boolean(data.select) && ahead.canChoose();
    this.node.classList.toggle("active", isActive);
    if (isActive) this.node.tabIndex = 0;
    else this.node.removeAttribute("tabindex");
    this.draw();
  }

  draw() {
    if (!this.plotly || !this.figure || this.isOnPaper) return;
    const { meta, ...frame } = this.figure.layout;
    const asked = JSON.stringify([this.figure.data, frame]);
    // Asking the node itself lays the whole page out, so only one that was hidden is asked.
    const width = this.room || this.node.clientWidth;
    this.chosen = meta?.chosen;
    if (!width) return;
    if (asked === this.shown && width === this.width) {
      this.stress();
      return;
    }
    this.shown = asked;
    this.width = width;
    const [data, layout] = JSON.parse(asked); // Plotly writes into what it is given.
    this.plotly.react(this.node, data, { ...layout, width, autosize: false }, this.data.config);
    if (this.listens) return;
    this.listens = true;
    this.node.on("plotly_afterplot", () => this.stress());
    this.node.on("plotly_click", (event) => this.choose(event.points[0]?.customdata?.[0]));
  }

  // The chosen outlines of a map stand out: the others let the ground shine through.
  stress() {
    if (!this.chosen) return;
    const chosen = new Set(this.chosen);
    this.node.querySelectorAll(".choroplethlayer path").forEach((outline, i) => {
      const opacity = chosen.size && !chosen.has(i) ? "0.4" : "";
      if (outline.style.opacity !== opacity) outline.style.opacity = opacity;
    });
  }

  // Paper has one width and the light colours, whatever the screen has; it waits for no drawing.
  toPaper(whole) {
    if (!this.shown) return;
    this.isOnPaper = true;
    const isDark = getComputedStyle(this.node).colorScheme === "dark";
    const figure = isDark ? this.shown.replace(/#[0-9a-f]{6}|\d+,\d+,\d+/g, (ink) => LIGHT[ink] ?? ink) : this.shown;
    const [data, layout] = JSON.parse(figure);
    const width = Math.round((PAPER * this.width) / whole);
    this.plotly.react(this.node, data, { ...layout, width, autosize: false }, this.data.config);
  }

  fromPaper() {
    this.isOnPaper = false;
    this.width = 0;
    this.draw();
  }

  fit() {
    if (this.room !== this.width) this.draw();
  }

  choose(word) {
    const place = this.data.select?.places[word];
    if (place !== undefined) ahead.toggle(this.data.select.dimension, place);
  }

  // The arrows lead from mark to mark and say what a pointer would be told; Enter is a click.
  key(event) {
    const marks = this.figure?.data[0]?.customdata;
    if (!this.data.select || !marks?.length || !this.plotly) return;
    const by = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (by) {
      this.place = (this.place + by + marks.length) % marks.length;
      if (this.place < 0) this.place = 0;
      this.point(this.place);
    } else if ((event.key === "Enter" || event.key === " ") && this.place >= 0) {
      this.choose(marks[this.place]?.[0]);
    } else return;
    event.preventDefault();
  }

  // As if a pointer were there; what it is told is read out too.
  point(place) {
    const outline = this.node.querySelectorAll(".choroplethlayer path")[place];
    if (outline) {
      // A map knows its marks by where the pointer is, and not by number.
      this.node.scrollIntoView({ block: "nearest" });
      const [clientX, clientY] = within(outline);
      const there = new MouseEvent("mousemove", { clientX, clientY, bubbles: true });
      document.elementFromPoint(clientX, clientY)?.dispatchEvent(there);
    } else this.plotly.Fx.hover(this.node, [{ curveNumber: 0, pointNumber: place }]);
    // Plotly takes its time where one mark follows another.
    setTimeout(() => {
      const lines = this.node.querySelectorAll(".hoverlayer tspan.line");
      this.told.textContent = [...lines].map((line) => line.textContent).join(", ");
    }, 120);
  }

  end() {
    this.watch.disconnect();
    if (this.listens) this.plotly.purge(this.node);
  }
}

// A place on the screen within an outline, which may be of several parts: its middle if it can be.
function within(outline) {
  const box = outline.getBoundingClientRect();
  const toOutline = outline.getScreenCTM().inverse();
  const shares = [0.5, 0.3, 0.7, 0.4, 0.6, 0.1, 0.2, 0.8, 0.9];
  for (const across of shares) {
    for (const down of shares) {
      const spot = [box.x + across * box.width, box.y + down * box.height];
      if (outline.isPointInFill(new DOMPoint(...spot).matrixTransform(toOutline))) return spot;
    }
  }
  return [box.x + box.width / 2, box.y + box.height / 2];
}

const plots = new WeakMap();

function onPaper(act) {
  const page = document.querySelector(".stMainBlockContainer > .stVerticalBlock");
  for (const root of document.querySelectorAll(".exhibit")) {
    const plot = plots.get(root);
    if (plot) act(plot, page.clientWidth);
  }
}

addEventListener("beforeprint", () => onPaper((plot, whole) => plot.toPaper(whole)));
addEventListener("afterprint", () => onPaper((plot) => plot.fromPaper()));

export default function ({ data, parentElement }) {
  let root = parentElement.querySelector(":scope > .exhibit");
  if (!root) {
    root = build();
    parentElement.append(root);
    plots.set(root, new Plot(root.lastChild, data));
  }
  const plot = plots.get(root);
  const [finding, about, said] = root.children;
  const forget = ahead.told(root, data, (content) => {
    text(finding, content.title);
    text(about, content.subtitle);
    text(said, content.said);
    // The whole description comes with the server's answer; until then the finding stands for it.
    plot.node.setAttribute("role", "img");
    plot.node.setAttribute("aria-label", content === data.content ? data.alt : content.title);
    plot.ask(content.figure, data);
  });
  return () => {
    forget();
    if (!root.isConnected) plot.end();
  };
}
