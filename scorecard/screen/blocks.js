// The blocks of a sheet, one builder for each kind.

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

  table: scorecardTable,
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
