// Shows an exhibit: its finding, what it shows, and the figure, which Plotly changes in place.
const ROOM = 11; // pixels around names, beside the bars that they name

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

const pen = document.createElement("canvas").getContext("2d");
const widths = new Map(); // font and words -> pixels

function widest(words, font) {
  const lines = words.flatMap((label) => label.split("<br>"));
  return Math.max(
    ...lines.map((line) => {
      const known = widths.get(font + line);
      if (known !== undefined) return known;
      pen.font = `${line.includes("<b>") ? "bold " : ""}${font}`;
      const plain = line.replace(/<[^>]*>/g, "").replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
      const width = pen.measureText(plain).width;
      widths.set(font + line, width);
      return width;
    }),
  );
}

// The room beside an axis of names. Where Plotly finds it by itself, it draws a figure twice.
function makeRoom({ yaxis, margin, font }) {
  if (!yaxis?.automargin || !yaxis.ticktext?.length) return;
  const { size = font.size, family = font.family } = yaxis.tickfont;
  yaxis.automargin = false;
  margin.l = Math.max(margin.l, Math.ceil(widest(yaxis.ticktext, `${size}px ${family}`)) + ROOM);
}

// One figure: what it was asked to show last, drawn once Plotly has come. Maps are our own.
class Plot {
  constructor(node) {
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
    node.onkeydown = (event) => this.key(event);
    node.onblur = () => this.place >= 0 && this.leave();
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
    if (!this.figure || this.isOnPaper) return;
    const asked = JSON.stringify([this.figure.data, this.figure.layout]);
    // Asking the node itself lays the whole page out, so only one that was hidden is asked.
    const width = this.room || this.node.clientWidth;
    if (!width || (asked === this.shown && width === this.width)) return;
    if (this.figure.data[0].type === "choropleth") {
      this.map ??= new WorldMap(this.node, (word) => this.choose(word));
    } else if (!this.plotly) {
      load(this.data.source).then((plotly) => {
        this.plotly = plotly;
        this.draw();
      });
      return;
    }
    this.shown = asked;
    this.width = width;
    this.put(asked, width);
  }

  put(figure, width) {
    const [data, layout] = JSON.parse(figure); // Plotly writes into what it is given.
    if (this.map) {
      this.map.show({ data, layout }, width, this.data.config.topojsonURL).then(() => this.pointAgain());
      return;
    }
    makeRoom(layout);
    this.plotly
      .react(this.node, data, { ...layout, width, autosize: false }, this.data.config)
      .then(() => this.pointAgain());
    this.listen();
  }

  // A figure that is drawn anew forgets the mark that the keyboard stands on.
  pointAgain() {
    if (this.node.matches(":focus") && this.stops().includes(this.place)) this.point(this.place);
  }

  // Places of the marks that the keyboard comes to.
  stops() {
    return this.map?.stops() ?? [...(this.figure?.data[0]?.customdata ?? []).keys()];
  }

  listen() {
    if (this.listens) return;
    this.listens = true;
    this.node.on("plotly_click", (event) => this.choose(event.points[0]?.customdata?.[0]));
  }

  // Paper has one width and the light colours, whatever the screen has; it waits for no drawing.
  toPaper(whole) {
    if (!this.shown) return;
    this.isOnPaper = true;
    const isDark = getComputedStyle(this.node).colorScheme === "dark";
    const figure = isDark ? this.shown.replace(/#[0-9a-f]{6}|\d+,\d+,\d+/g, (ink) => LIGHT[ink] ?? ink) : this.shown;
    this.put(figure, Math.round((PAPER * this.width) / whole));
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
    if (!this.data.select || !marks?.length || !this.shown) return;
    const by = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (by) {
      const stops = this.stops();
      const next = stops.indexOf(this.place) + by;
      this.place = stops[this.place < 0 ? 0 : (next + stops.length) % stops.length];
      this.point(this.place);
    } else if ((event.key === "Enter" || event.key === " ") && this.place >= 0) {
      this.choose(marks[this.place]?.[0]);
    } else return;
    event.preventDefault();
  }

  // As if a pointer were there; what it is told is read out too.
  point(place) {
    if (this.map) this.map.point(place);
    else this.plotly.Fx.hover(this.node, [{ curveNumber: 0, pointNumber: place }]);
    // Plotly takes its time where one mark follows another.
    setTimeout(() => {
      const lines = this.node.querySelectorAll(".hoverlayer tspan.line, .tip > *");
      this.told.textContent = [...lines].map((line) => line.textContent).join(", ");
    }, 120);
  }

  leave() {
    if (this.map) this.map.leave();
    else this.plotly?.Fx.unhover(this.node);
  }

  end() {
    this.watch.disconnect();
    if (this.listens) this.plotly.purge(this.node);
  }
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
    plots.set(root, new Plot(root.lastChild));
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
