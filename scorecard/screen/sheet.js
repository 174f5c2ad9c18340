// Lays out blocks. Nothing is computed here: texts, positions and outlines come from Python.

const SVG = "http://www.w3.org/2000/svg";
const drawn = new WeakMap(); // host element -> the blocks as they stand
const prepared = new WeakMap(); // content -> its blocks as they will stand, and nodes like them
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

const builders = {
  headline(block) {
    return make("h1", "headline", block.text);
  },

  text(block) {
    return make("p", `text ${block.tone || ""}`, block.text);
  },

  // A page as it prints is a file too, where the browser saves it as PDF.
  print(block) {
    const node = make("button", "print", block.text);
    node.type = "button";
    node.onclick = () => window.print();
    return node;
  },

  title(block) {
    return make("h2", block.tone || "title", block.text);
  },

  cards(block) {
    const list = make("ul", "cards");
    for (const card of block.cards) {
      const item = make("li", "card");
      item.append(make("div", "over", card.over));
      const title = make("h2");
      title.append(anchor(card.link, card.title));
      item.append(title);
      const counts = make("div", "counts");
      for (const entry of card.counts) {
        counts.append(explained(entry.status, badge(entry.status, entry.word, entry.count)));
      }
      const words = make("p");
      for (const part of card.text) words.append(part.link ? anchor(part.link, part.text) : part.text);
      item.append(counts, words);
      list.append(item);
    }
    return list;
  },

  lists(block) {
    const row = make("div", "lists");
    for (const list of block.lists) {
      const section = make("section");
      section.append(make("h2", "", list.title));
      if (list.items.length) {
        const items = make("ul");
        for (const entry of list.items) {
          const item = make("li");
          item.append(anchor(entry.link, entry.title), make("span", "", entry.text));
          items.append(item);
        }
        section.append(items);
      } else {
        section.append(make("p", "", list.empty));
      }
      row.append(section);
    }
    return row;
  },

  questions(block) {
    const section = make("section", "questions");
    section.append(make("h2", "", block.title));
    const items = make("ul");
    for (const entry of block.items) {
      const item = make("li");
      if (entry.title) item.append(entry.link ? anchor(entry.link, entry.title) : make("b", "", entry.title));
      item.append(make("span", "", entry.text));
      if (entry.reason) item.append(make("small", "", entry.reason));
      items.append(item);
    }
    section.append(block.items.length ? items : make("p", "", block.empty));
    return section;
  },

  terms(block) {
    const list = make("dl", "terms");
    for (const entry of block.entries) {
      const term = make("dt", entry.asked ? "asked" : "");
      if (entry.status) term.append(badge(entry.status, entry.word));
      else term.textContent = entry.word;
      list.append(term, make("dd", "", entry.text));
    }
    return list;
  },

  dictionary(block) {
    const list = make("div", "dictionary");
    for (const group of block.groups) {
      list.append(make("h2", "", group.title));
      for (const entry of group.entries) {
        const article = make("article");
        const title = make("h3");
        title.append(anchor(entry.link, entry.title), make("span", "direction", ` ${entry.arrow}`));
        if (entry.tag) title.append(make("span", "tag", entry.tag));
        article.append(title, make("p", "definition", entry.definition));
        const facts = make("dl");
        for (const [term, text] of entry.facts) facts.append(make("dt", "", term), make("dd", "", text));
        article.append(facts);
        list.append(article);
      }
    }
    return list;
  },

  moves(block) {
    const table = listing(block, "moves");
    for (const entry of block.rows) {
      const row = make("tr", entry.was === undefined ? "" : "valued");
      const name = make("th");
      name.scope = "row";
      name.append(anchor(entry.link, entry.title));
      row.append(name);
      const before = make("td", "state");
      before.dataset.head = block.columns[1];
      if (entry.was) before.append(make("b", "figure", entry.was));
      if (entry.before) before.append(explained(entry.before[0], badge(...entry.before)));
      const after = make("td", "state");
      after.dataset.head = block.columns[2];
      if (entry.is) after.append(make("b", "figure", entry.is));
      if (entry.after) after.append(explained(entry.after[0], badge(...entry.after)));
      if (entry.verdict) after.append(make("small", "", ` ${entry.verdict}`));
      row.append(before, after, make("td", entry.tone || "", entry.text));
      table.tBodies[0].append(row);
    }
    return table;
  },

  log(block) {
    const table = listing(block, "log");
    for (const entry of block.rows) {
      const row = make("tr");
      if (entry.asked) row.setAttribute("aria-current", "true");
      entry.cells.forEach(([text, small], i) => {
        const cell = make(i ? "td" : "th");
        if (i) cell.append(make("span", "", text));
        else {
          cell.scope = "row";
          cell.append(anchor(entry.link, text));
        }
        if (small) cell.append(make("small", "", small));
        row.append(cell);
      });
      table.tBodies[0].append(row);
    }
    return table;
  },

  steps(block) {
    const list = make("ol", "steps");
    list.setAttribute("aria-label", block.caption);
    for (const step of block.steps) {
      const item = make("li", `step ${step.state}`);
      if (step.state === "current") item.setAttribute("aria-current", "step");
      const words = make("div");
      words.append(make("b", "", step.title), make("span", "unseen", `, ${step.stateWord}: `), make("small", "", step.text));
      const number = make("span", "number", step.state === "done" ? "\u2713" : step.number);
      number.setAttribute("aria-hidden", "true");
      item.append(number, words);
      list.append(item);
    }
    return list;
  },

  rows(block) {
    const table = make("table", "rows");
    table.append(make("caption", "", block.caption), make("thead"), make("tbody"));
    const head = make("tr");
    for (const name of block.columns) {
      const cell = make("th", "", name);
      cell.scope = "col";
      head.append(cell);
    }
    table.tHead.append(head);
    for (const cells of block.rows) {
      const row = make("tr");
      cells.forEach((entry, i) => {
        const node = make(i ? "td" : "th");
        if (!i) node.scope = "row";
        // On a phone there is no head above a cell.
        node.dataset.head = block.columns[i];
        if (entry.text) node.append(make("span", "", entry.text));
        if (entry.status) node.append(badge(entry.status, entry.word));
        if (entry.small) node.append(make("small", "", entry.small));
        row.append(node);
      });
      table.tBodies[0].append(row);
    }
    return table;
  },

  arithmetic(block) {
    const node = make("div", "arithmetic");
    const standing = make("section");
    standing.append(make("h2", "", block.standing), ...block.texts.map((words) => make("p", "", words)));
    if (block.asks) standing.append(builders.questions(block.asks));
    const how = make("section");
    const table = make("table", "got");
    table.append(make("caption", "", block.caption), make("tbody"));
    for (const [what, figure, words, term] of block.steps) {
      const row = make("tr");
      const name = make("th");
      name.append(term ? explained(term, what) : what);
      name.scope = "row";
      row.append(name, make("td", "figure", figure), make("td", "", words));
      table.tBodies[0].append(row);
    }
    how.append(make("h2", "", block.title), table);
    node.append(standing, how);
    return node;
  },

  table(block) {
    const table = make("table", "scorecard");
    table.setAttribute("role", "table");
    table.append(make("caption", "", block.caption));
    const head = make("thead");
    head.setAttribute("role", "rowgroup");
    const names = make("tr");
    names.setAttribute("role", "row");
    for (const [name, text, term] of block.columns) {
      const cell = make("th", name);
      cell.scope = "col";
      cell.setAttribute("role", "columnheader");
      if (name === "bullet") cell.append(bulletHead(text));
      else cell.append(term ? explained(term, text) : text);
      names.append(cell);
    }
    head.append(names);
    table.append(head);
    for (const group of block.groups) table.append(body(group, block));
    return table;
  },
};

// A table with its caption and the names of its columns, and no rows yet.
function listing(block, name) {
  const table = make("table", name);
  table.append(make("caption", "", block.caption));
  const head = make("tr");
  for (const column of block.columns) {
    const cell = make("th", "", column);
    cell.scope = "col";
    head.append(cell);
  }
  table.append(make("thead"), make("tbody"));
  table.tHead.append(head);
  return table;
}

function bulletHead(words) {
  const node = make("span");
  node.append(make("span", "", words[0]), make("span", "key-expected", words[1]));
  node.append(make("span", "key-target", words[2]));
  return node;
}

function body(group, block) {
  const node = make("tbody");
  node.setAttribute("role", "rowgroup");
  if (group.title) {
    const row = make("tr", "goal");
    row.setAttribute("role", "row");
    const cell = make("th");
    cell.colSpan = block.columns.length;
    cell.scope = "rowgroup";
    cell.setAttribute("role", "rowheader");
    cell.append(make("b", "", group.over), anchor(group.link, group.title));
    row.append(cell);
    node.append(row);
  }
  for (const entry of group.rows) node.append(line(entry, block));
  return node;
}

function line(entry, block) {
  const row = make("tr", "kpi");
  row.setAttribute("role", "row");
  row.dataset.kpi = entry.kpi;
  const name = make("th", "name");
  name.scope = "row";
  name.setAttribute("role", "rowheader");
  name.append(anchor(entry.link, entry.title));
  const arrow = make("span", "direction", ` ${entry.arrow}`);
  arrow.title = entry.direction;
  arrow.setAttribute("aria-hidden", "true");
  name.append(arrow, make("span", "unseen", `, ${entry.direction}`));
  if (entry.note) {
    const note = make("small");
    note.append(explained("unfiltered", entry.note));
    name.append(note);
  }
  row.append(name);

  const value = cell(row, "value");
  value.append(make("b", "", entry.value));
  if (entry.unit) value.append(make("small", "", ` ${entry.unit}`));
  if (entry.few) {
    const few = make("small", "few");
    few.append(explained("n", entry.few));
    value.append(few);
  }

  const plan = cell(row, "plan");
  for (const [i, [figure, word]] of entry.plan.entries()) {
    if (i) plan.append(make("span", "dot", " · "));
    plan.append(make("span", "figure", figure), make("small", "", ` ${word}`));
  }

  cell(row, "bullet").append(entry.bullet ? bullet(entry.bullet) : make("span", "unseen", entry.without));

  const change = cell(row, "change");
  change.append(make("b", "", entry.change), make("small", "", ` ${entry.changeWords}`));

  const trend = cell(row, "trend");
  if (entry.trend) trend.append(sparkline(entry.trend, block));
  trend.append(make("span", "unseen", entry.trendWords));

  cell(row, "state").append(explained(entry.status, badge(entry.status, entry.statusWord)));
  cell(row, "fresh").append(make("small", "", entry.fresh));
  return row;
}

function cell(row, name) {
  const node = make("td", name);
  node.setAttribute("role", "cell");
  row.append(node);
  return node;
}

function bullet(data) {
  const svg = picture(100, 16, "bullet-chart");
  svg.append(mark("rect", { x: 0, y: 2, width: 100, height: 12, class: "ground" }));
  if (data.band) {
    svg.append(mark("rect", { x: data.band[0], y: 2, width: data.band[1], height: 12, class: "band" }));
  }
  if (data.value !== null) {
    svg.append(mark("rect", { x: 0, y: 6, width: data.value, height: 4, class: "bar" }));
  }
  for (const name of ["expected", "target"]) {
    if (data[name] === null) continue;
    svg.append(mark("line", { x1: data[name], x2: data[name], y1: name === "target" ? 0 : 2, y2: name === "target" ? 16 : 14, class: name }));
  }
  return svg;
}

// A letter of an outline is a height at a reporting date; those up to the date shown are drawn.
function sparkline(data, { across, upto }) {
  const [width, height, levels] = TREND;
  const svg = picture(width, height, "sparkline");
  if (data.path) svg.append(mark("path", { d: data.path, class: "path" }));
  let line = "";
  let last = "";
  let pen = "M";
  for (const [i, letter] of [...data.outline].slice(0, upto).entries()) {
    if (letter === "!") {
      pen = "M";
      continue;
    }
    const x = Math.max(0, (width * across[i]) / data.days).toFixed(1);
    last = `${x} ${2 + (height - 4) * (1 - (letter.charCodeAt(0) - 40) / levels)}`;
    line += pen + last;
    pen = "L";
  }
  if (line) {
    svg.append(mark("path", { d: line, class: "line" }));
    svg.append(mark("path", { d: `M${last}h0`, class: "dot" }));
  }
  return svg;
}

// Makes one tree like another and keeps its nodes, so that nothing is laid out anew, and the
// keyboard stays where it is.
function become(old, wanted) {
  if (old.nodeName !== wanted.nodeName) {
    old.replaceWith(wanted);
    return;
  }
  if (old.nodeType === Node.TEXT_NODE) {
    if (old.data !== wanted.data) old.data = wanted.data;
    return;
  }
  // Comparing a subtree is quick, as the browser does it; walking it is not.
  if (old.isEqualNode(wanted)) return;
  for (const name of wanted.getAttributeNames()) {
    const value = wanted.getAttribute(name);
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  for (const name of old.getAttributeNames()) {
    if (!wanted.hasAttribute(name)) old.removeAttribute(name);
  }
  let mine = old.firstChild;
  for (let child = wanted.firstChild; child; ) {
    const [next, following] = [child.nextSibling, mine?.nextSibling ?? null];
    if (mine) become(mine, child);
    else old.append(child);
    [child, mine] = [next, following];
  }
  while (mine) {
    const following = mine.nextSibling;
    mine.remove();
    mine = following;
  }
}

export default function ({ data: [data], parentElement, setTriggerValue }) {
  let root = parentElement.querySelector(":scope > .sheet");
  if (!root) {
    root = make("div", "sheet");
    parentElement.append(root);
    drawn.set(root, []);
  }
  root.onclick = (event) => {
    const link = event.target.closest("a[data-page]");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    setTriggerValue("open", { page: link.dataset.page, parameters: JSON.parse(link.dataset.parameters) });
  };
  return ahead.told(root, data, (content) => lay(root, content), (content) => prepare(root, content));
}

// Makes the nodes of those blocks that do not stand yet.
function made(root, content) {
  query = content.query;
  const before = drawn.get(root);
  const blocks = content.blocks.map((block) => query + JSON.stringify(block));
  const nodes = content.blocks.map((block, i) => (blocks[i] === before[i] ? null : builders[block.kind](block)));
  return { before, blocks, nodes };
}

// Rows out of sight are laid out once those in sight are painted.
const outOfSight = new WeakSet();
const sight = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (isIntersecting) outOfSight.delete(target);
    else outOfSight.add(target);
  }
});

function wait(root) {
  const waiting = [];
  for (const row of root.getElementsByClassName("kpi")) {
    sight.observe(row);
    if (outOfSight.has(row) && !row.contains(document.activeElement)) waiting.push(row);
  }
  for (const row of waiting) row.classList.add("waiting");
  ahead.painted().then(() => waiting.forEach((row) => row.classList.remove("waiting")));
}

function prepare(root, content) {
  if (prepared.get(content)?.before !== drawn.get(root)) prepared.set(content, made(root, content));
}

function lay(root, content) {
  prepare(root, content);
  const { before, blocks, nodes } = prepared.get(content);
  prepared.delete(content); // Its nodes may become part of the page.
  if (nodes.length === before.length && !nodes.some(Boolean)) return;
  nodes.forEach((node, i) => {
    if (!node) return;
    if (root.children[i]) become(root.children[i], node);
    else root.append(node);
  });
  while (root.children.length > nodes.length) root.lastChild.remove();
  drawn.set(root, blocks);
  wait(root);
}
