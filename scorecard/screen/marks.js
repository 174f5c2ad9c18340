// What blocks are made of: words, outlines, links and statuses.

const SVG = "http://www.w3.org/2000/svg";
let query = null; // what addresses carry of the selection; none in a view that leads nowhere

function make(tag, name, text) {
  const node = document.createElement(tag);
  if (name) node.className = name;
  if (text !== undefined && text !== null) node.textContent = text;
  return node;
}

function mark(tag, attributes) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
}

function picture(width, height, name) {
  return mark("svg", {
    viewBox: `0 0 ${width} ${height}`,
    preserveAspectRatio: "none",
    class: name,
    "aria-hidden": "true",
    focusable: "false",
  });
}

function anchor(link, text, name) {
  // A view that is locked leads nowhere.
  if (!link || query === null) return make("span", name, text);
  const node = make("a", name, text);
  const words = [query, new URLSearchParams(link.parameters).toString()].filter(Boolean).join("&");
  node.setAttribute("href", `${link.page === "plan" ? "." : link.page}${words ? `?${words}` : ""}`);
  node.dataset.page = link.page;
  node.dataset.parameters = JSON.stringify(link.parameters);
  return node;
}

function badge(status, word, count) {
  const shape = SHAPES[status];
  const node = make("span", `status status-${status}`);
  const svg = mark("svg", { viewBox: "0 0 16 16", class: "shape", "aria-hidden": "true" });
  const path = mark("path", { d: shape.path, class: shape.is_filled ? "filled" : "line" });
  if (shape.dash === "dots") path.setAttribute("stroke-width", "3");
  else if (shape.dash) path.setAttribute("stroke-dasharray", shape.dash);
  svg.append(path);
  node.append(svg);
  if (count !== undefined) node.append(make("b", "", String(count)));
  node.append(make("span", "word", word));
  return node;
}

// A word that says what it means when it is pressed; the guide of the page has the texts.
function explained(term, ...children) {
  const node = make("button", "term");
  node.type = "button";
  node.dataset.term = term;
  node.append(...children);
  return node;
}
