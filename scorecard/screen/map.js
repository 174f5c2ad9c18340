// Draws a map of the world whose places have colours. Outlines are projected once a page; another
// view changes colours alone, where Plotly would project them all anew.
const LATITUDES = [-57, 84]; // degrees that are shown
const SHARE = 0.95; // of the room, that the world takes
const UNIT = 1000; // of the coordinates of outlines, for a radian
const KEY = { left: 10, height: 8, above: 34 }; // of the scale of colours, pixels

// The projection "natural earth", in radians.
function project([longitude, latitude]) {
  const [x, y] = [(longitude * Math.PI) / 180, (latitude * Math.PI) / 180];
  const square = y * y;
  const fourth = square * square;
  return [
    x * (0.8707 - 0.131979 * square + fourth * (-0.013791 + fourth * (0.003971 * square - 0.001529 * fourth))),
    -y * (1.007226 + square * (0.015085 + fourth * (-0.044475 + 0.028874 * square - 0.005916 * fourth))),
  ];
}

function world(source) {
  globalThis.scorecardWorld ??= fetch(`${source}world_110m.json`).then((answer) => answer.json()).then(outlined);
  return globalThis.scorecardWorld;
}

// A ring of degrees that crosses the line of dates, in parts that are cut off at it.
function parts(ring) {
  let turn = 0;
  const whole = ring.map(([x, y], i) => {
    const jump = i ? x - ring[i - 1][0] : 0;
    if (Math.abs(jump) > 180) turn -= 360 * Math.sign(jump);
    return [x + turn, y];
  });
  return [-360, 0, 360].map((shift) => cut(whole.map(([x, y]) => [x + shift, y]))).filter((part) => part.length);
}

function cut(ring) {
  let kept = ring;
  for (const side of [-1, 1]) {
    kept = kept.flatMap((point, i) => {
      const before = kept.at(i - 1);
      const [wasIn, isIn] = [before, point].map(([x]) => x * side <= 180);
      if (wasIn === isIn) return isIn ? [point] : [];
      const share = (side * 180 - before[0]) / (point[0] - before[0]);
      const edge = [side * 180, before[1] + share * (point[1] - before[1])];
      return isIn ? [edge, point] : [edge];
    });
  }
  return kept;
}

// Code of a country -> its outline as a path, and its middle; the land below them all.
function outlined({ arcs, transform, objects }) {
  const { scale, translate } = transform;
  const lines = arcs.map((arc) => {
    let [x, y] = [0, 0];
    return arc.map(([right, up]) => {
      [x, y] = [x + right, y + up];
      return [x * scale[0] + translate[0], y * scale[1] + translate[1]];
    });
  });
  const path = ({ type, arcs: polygons }) =>
    (type === "Polygon" ? [polygons] : polygons).flat().map((places) => {
      // An arc is named backwards by the complement of its place.
      const ring = places.flatMap((place) => (place < 0 ? lines[~place].toReversed() : lines[place]));
      if (ring.every(([, latitude]) => latitude < LATITUDES[0])) return "";
      const crosses = ring.some(([x], i) => i && Math.abs(x - ring[i - 1][0]) > 180);
      return (crosses ? parts(ring) : [ring]).map(drawing).join("");
    }).join("");
  const countries = new Map();
  for (const shape of objects.countries.geometries) {
    const known = countries.get(shape.id);
    const middle = known?.middle ?? project(shape.properties.ct).map((n) => n * UNIT);
    countries.set(shape.id, { outline: (known?.outline ?? "") + path(shape), middle });
  }
  return { countries, land: objects.land.geometries.map(path).join("") };
}

function drawing(ring) {
  return `M${ring.map((point) => project(point).map((n) => Math.round(n * UNIT)).join(" ")).join("L")}Z`;
}

function drawn(tag, attributes, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  put(node, attributes);
  node.append(...children);
  return node;
}

function put(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null) node.removeAttribute(name);
    else if (node.getAttribute(name) !== String(value)) node.setAttribute(name, value);
  }
}

// A colour of a scale, as Plotly mixes it: shares of the range with their colours, ascending.
function mixed(scale, share) {
  const at = Math.min(Math.max(share, 0), 1);
  const after = Math.max(1, scale.findIndex(([place]) => place >= at));
  const [[start, from], [end, to]] = [scale[after - 1], scale[after]];
  const part = (at - start) / (end - start);
  const channels = (colour) => [1, 3, 5].map((i) => Number.parseInt(colour.slice(i, i + 2), 16));
  const [low, high] = [channels(from), channels(to)];
  return `rgb(${low.map((n, i) => Math.round(n + (high[i] - n) * part)).join(",")})`;
}

class WorldMap {
  constructor(node, choose) {
    this.node = node;
    this.marks = new Map(); // code of a country -> its path, as it is drawn
    this.land = drawn("path", { "fill-rule": "evenodd" });
    this.places = drawn("g", { "fill-rule": "evenodd", "stroke-linejoin": "round" });
    this.ground = drawn("g", {}, this.land, this.places);
    this.range = drawn("linearGradient", { id: `range-${Math.random().toString(36).slice(2)}` });
    this.key = drawn("g", {});
    this.svg = drawn("svg", { class: "main-svg map", "aria-hidden": "true" }, this.range, this.ground, this.key);
    this.tip = document.createElement("div");
    this.tip.className = "tip";
    this.tip.hidden = true;
    this.tip.append(document.createElement("span"), document.createElement("b"));
    node.append(this.svg, this.tip);
    const under = (event) => event.target.closest?.("path[data-place]");
    this.svg.onpointermove = (event) => {
      const path = under(event);
      if (!path) return this.leave();
      const { left, top } = this.svg.getBoundingClientRect();
      this.say(Number(path.dataset.place), event.clientX - left, event.clientY - top);
    };
    this.svg.onpointerleave = () => this.leave();
    this.svg.onclick = (event) => {
      const path = under(event);
      if (path) choose(this.trace.customdata[Number(path.dataset.place)][0]);
    };
  }

  // Shows a figure of one choropleth, at a width in pixels.
  async show(figure, width, source) {
    this.figure = figure;
    [this.trace] = figure.data;
    this.node.data = figure.data;
    this.width = width;
    this.leave();
    if (!this.world) {
      this.world = await world(source);
      this.build();
    }
    this.paint();
  }

  build() {
    put(this.land, { d: this.world.land });
    for (const [code, { outline }] of this.world.countries) {
      const path = drawn("path", { d: outline });
      this.marks.set(code, path);
      this.places.append(path);
    }
  }

  paint() {
    const { width, trace } = this;
    const { height, geo, meta } = this.figure.layout;
    const [bottom, top] = LATITUDES.map((latitude) => project([0, latitude])[1]);
    this.scale = (SHARE * Math.min(width / (2 * project([180, 0])[0]), height / (bottom - top))) / UNIT;
    this.middle = [width / 2, height / 2 - ((bottom + top) / 2) * UNIT * this.scale];
    put(this.svg, { width, height, viewBox: `0 0 ${width} ${height}` });
    put(this.ground, { transform: `translate(${this.middle.join(" ")}) scale(${this.scale})` });
    put(this.land, { fill: geo.landcolor });
    put(this.places, { "stroke-width": trace.marker.line.width / this.scale });
    const chosen = new Set(meta?.chosen);
    const places = new Map(trace.locations.map((code, place) => [code, place]));
    for (const [code, path] of this.marks) {
      const place = places.get(code);
      const isKnown = place !== undefined;
      put(path, {
        fill: isKnown ? mixed(trace.colorscale, trace.z[place] / trace.zmax) : geo.landcolor,
        stroke: isKnown ? trace.marker.line.color : geo.countrycolor,
        opacity: isKnown && chosen.size && !chosen.has(place) ? 0.4 : null,
        "data-place": isKnown ? place : null,
      });
    }
    this.explain();
  }

  // The scale of colours with its figures, and what is not shown.
  explain() {
    const { trace, range, key } = this;
    const { height, annotations = [] } = this.figure.layout;
    const { tickvals, ticktext, tickfont, len } = trace.colorbar;
    const stops = trace.colorscale.map(([share, colour]) => drawn("stop", { offset: share, "stop-color": colour }));
    range.replaceChildren(...stops);
    const [wide, y] = [Math.max(120, this.width * len - 2 * KEY.left), height - KEY.above];
    const words = (text, x, y, { size, color }, anchor) => {
      const node = drawn("text", { x, y, fill: color, "font-size": size, "text-anchor": anchor });
      node.textContent = text;
      return node;
    };
    key.replaceChildren(
      drawn("rect", { x: KEY.left, y, width: wide, height: KEY.height, fill: `url(#${range.id})` }),
      ...tickvals.map((value, i) =>
        words(ticktext[i], KEY.left + (wide * value) / trace.zmax, y + KEY.height + 14, tickfont, i ? "middle" : "start"),
      ),
      ...annotations.map(({ text, font }) => words(text, KEY.left, y - 8, font, "start")),
    );
  }

  // Where the arrows of the keyboard lead: places that have an outline.
  stops() {
    return this.trace.locations.flatMap((code, place) => (this.marks.has(code) ? [place] : []));
  }

  point(place) {
    const [x, y] = this.world.countries.get(this.trace.locations[place]).middle;
    this.say(place, this.middle[0] + x * this.scale, this.middle[1] + y * this.scale);
  }

  say(place, x, y) {
    const [, name, text] = this.trace.customdata[place];
    const { bgcolor, bordercolor, font } = this.figure.layout.hoverlabel;
    const [first, second] = this.tip.children;
    first.textContent = name;
    second.textContent = text;
    this.tip.hidden = false;
    const { offsetWidth: wide, offsetHeight: tall } = this.tip;
    const left = Math.max(0, Math.min(x + 12, this.width - wide));
    const top = y - tall - 8 < 0 ? y + 16 : y - tall - 8;
    Object.assign(this.tip.style, {
      left: `${left}px`,
      top: `${top}px`,
      background: bgcolor,
      borderColor: bordercolor,
      color: font.color,
    });
  }

  leave() {
    if (!this.tip.hidden) this.tip.hidden = true;
  }
}
