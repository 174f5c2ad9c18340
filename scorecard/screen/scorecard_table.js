// The scorecard: a row a KPI, with its small charts.

function scorecardTable(block) {
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
