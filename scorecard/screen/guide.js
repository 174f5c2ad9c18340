// Quick search, keyboard shortcuts and the introduction. Where each result leads comes from Python.
const CHORD = 1500; // milliseconds in which the second key of two may follow
const SEEN = "scorecard.introduced";
const OFF = "scorecard.shortcuts";

function el(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node[name] = value;
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null) node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

// What a browser may not keep, as in a private window, is kept for as long as the page is open.
const kept = new Map();
function recall(name) {
  try {
    return localStorage.getItem(name) ?? kept.get(name);
  } catch {
    return kept.get(name);
  }
}
function keep(name, value) {
  kept.set(name, value);
  try {
    localStorage.setItem(name, value);
  } catch {
    // Kept above.
  }
}

// What all pages of a tab share ----------------------------------------------------------------

const guide = (globalThis.scorecardGuide ??= { index: new Map(), chord: 0 });

function isTyping(event) {
  const at = event.composedPath()[0];
  return (
    at instanceof Element &&
    Boolean(at.closest("input, textarea, select, [contenteditable]:not([contenteditable=false]), [role=textbox], [role=combobox], [role=listbox], [role=option], [role=grid], .stDataFrame"))
  );
}

function pressed(event) {
  if (!guide.root?.isConnected || recall(OFF) === "off") return;
  if (event.defaultPrevented || event.isComposing || event.repeat || event.metaKey) return;
  // Where a bracket needs AltGr, Windows reports Ctrl and Alt with it.
  if ((event.ctrlKey || event.altKey) && !event.getModifierState("AltGraph")) return;
  if (isTyping(event) || document.querySelector("dialog[open], [role=dialog]")) return;
  const isSecond = event.timeStamp < guide.chord;
  guide.chord = 0;
  const page = isSecond ? guide.data.go[event.key.toLowerCase()] : undefined;
  if (page) guide.go({ page, parameters: {} });
  else if (event.key === "/" && guide.data.leads) guide.openSearch();
  else if (event.key === "?") guide.openHelp();
  else if (event.key === "g") guide.chord = event.timeStamp + CHORD;
  else if (event.key === "[" || event.key === "]") step(event.key === "[" ? ".bar .earlier" : ".bar .later");
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function step(button) {
  const found = document.querySelector(button);
  if (!found || found.disabled) return;
  found.click();
  setTimeout(() => guide.tell(document.querySelector(".bar summary")?.textContent ?? ""), 200);
}

if (!guide.listens) {
  guide.listens = true;
  // Before Streamlit's own keys.
  document.addEventListener("keydown", (event) => guide.pressed(event), true);
}
guide.pressed = pressed;

function address(entry) {
  const own = new URLSearchParams(location.search);
  const words = new URLSearchParams();
  for (const name of guide.data.names) for (const word of own.getAll(name)) words.append(name, word);
  for (const [name, word] of Object.entries(entry.parameters)) words.set(name, word);
  return `${entry.page === "plan" ? "." : entry.page}${words.size ? `?${words}` : ""}`;
}

function isPlain(event) {
  return !(event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
}

// Dialogs --------------------------------------------------------------------------------------

function dialog(label, name, words, ...children) {
  const close = el("button", { type: "button", class: "close", "aria-label": words.close, onclick: () => node.close() }, "×");
  const node = el("dialog", { class: `guide-dialog ${name}`, "aria-label": label }, ...children, close);
  // A click beside the dialog closes it.
  node.onclick = (event) => {
    if (event.target !== node) return;
    const box = node.getBoundingClientRect();
    const isInside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
    if (!isInside) node.close();
  };
  return node;
}

function searchDialog(words) {
  const field = el("input", { type: "search", placeholder: words.placeholder, "aria-label": words.placeholder, autocomplete: "off", spellcheck: "false", autofocus: true });
  const said = el("p", { class: "said", role: "status" });
  const list = el("ul", {});
  const node = dialog(words.search, "search", words, field, said, list, el("p", { class: "hint" }, words.hint));
  const results = () => [...list.querySelectorAll("a")];

  function show() {
    const entries = guide.index.get(guide.data.stamp)?.entries;
    list.replaceChildren();
    if (!entries) {
      said.textContent = words.waiting;
      return;
    }
    const found = search(entries, field.value);
    const isAsked = Boolean(field.value.trim());
    for (const entry of found) {
      const link = el("a", { href: address(entry) }, el("b", {}, entry.title), el("span", { class: "kind" }, entry.kind));
      if (entry.note) link.append(el("small", {}, entry.note));
      link.onclick = (event) => {
        if (!isPlain(event)) return;
        event.preventDefault();
        node.close();
        guide.go({ page: entry.page, parameters: entry.parameters });
      };
      list.append(el("li", {}, link));
    }
    const count = found.length === 1 ? words.one : words.found.replace("{count}", found.length);
    said.textContent = !isAsked ? "" : found.length ? count : words.none;
    said.classList.toggle("unseen", Boolean(found.length));
  }

  field.oninput = show;
  node.onkeydown = (event) => {
    const all = results();
    const at = all.indexOf(document.activeElement);
    if (event.key === "ArrowDown" && all.length) (all[at + 1] ?? all[0]).focus();
    else if (event.key === "ArrowUp" && all.length) (at < 0 ? all.at(-1) : (all[at - 1] ?? field)).focus();
    else if (event.key === "Enter" && at < 0 && event.target === field && all.length) all[0].click();
    else if (at >= 0 && event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) {
      field.focus();
      return; // The letter goes into the field.
    } else return;
    event.preventDefault();
  };
  node.open_ = () => {
    field.value = "";
    node.showModal();
    field.focus();
    show();
  };
  node.show = show;
  return node;
}

function helpDialog(words) {
  const body = el("div", { class: "body" });
  const node = dialog(words.helpTitle, "help", words, el("h2", {}, words.helpTitle), body);

  function show() {
    const index = guide.index.get(guide.data.stamp);
    if (!index) {
      body.replaceChildren(el("p", { role: "status" }, words.waiting));
      return;
    }
    if (body.shown === index) return;
    body.shown = index;
    const read = el("button", { type: "button", class: "link", onclick: () => (node.close(), guide.openStart()) }, words.read);
    const entry = { page: "definitions", parameters: {} };
    const definitions = el("a", { href: address(entry) }, words.definitions);
    definitions.onclick = (event) => {
      if (!isPlain(event)) return;
      event.preventDefault();
      node.close();
      guide.go(entry);
    };
    const box = el("input", { type: "checkbox" });
    box.checked = recall(OFF) !== "off";
    box.onchange = () => keep(OFF, box.checked ? "on" : "off");
    const rows = index.shortcuts.map(([keys, text]) => {
      const parts = keys.split(" ").flatMap((key, i) => [...(i ? [` ${words.then} `] : []), el("kbd", {}, key)]);
      return el("tr", {}, el("th", { scope: "row" }, ...parts), el("td", {}, text));
    });
    const table = el("table", {}, el("caption", {}, words.keys), el("tbody", {}, ...rows));
    body.replaceChildren(el("ul", { class: "ways" }, el("li", {}, read), ...(guide.data.leads ? [el("li", {}, definitions)] : [])), table, el("label", {}, box, ` ${words.keysOn}`));
  }

  node.open_ = () => {
    node.showModal();
    show();
  };
  node.show = show;
  return node;
}

function startDialog(words) {
  const list = el("ol", {});
  const said = el("p", { role: "status" });
  const node = dialog(words.read, "start", words, el("h2", {}, words.read), said, list);

  function show() {
    const index = guide.index.get(guide.data.stamp);
    said.textContent = index ? "" : words.waiting;
    if (!index || list.shown === index) return;
    list.shown = index;
    list.replaceChildren(...index.steps.map(({ title, text }) => el("li", {}, el("b", {}, title), el("p", {}, text))));
  }

  node.open_ = () => {
    node.showModal();
    show();
  };
  node.show = show;
  node.onclose = () => guide.introduced();
  return node;
}

// Words that explain themselves -----------------------------------------------------------------

// Any component marks such a word as a button with data-term; what it means is told here.
function termPopover(words) {
  const title = el("b", {});
  const text = el("p", {});
  const link = el("a", {}, words.allWords);
  const node = el("div", { class: "guide-term", popover: "auto" }, title, text, link);

  function show() {
    const found = guide.index.get(guide.data.stamp)?.terms[node.term];
    title.textContent = found?.[0] ?? "";
    text.textContent = found?.[1] ?? words.waiting;
    const status = guide.data.statuses.includes(node.term) ? "status" : "term";
    const entry = { page: "definitions", parameters: { [status]: node.term } };
    link.hidden = !guide.data.leads;
    link.href = address(entry);
    link.onclick = (event) => {
      if (!isPlain(event)) return;
      event.preventDefault();
      node.hidePopover();
      guide.go(entry);
    };
    if (found) guide.tell(found.join(": "));
    place();
  }

  function place() {
    const box = node.by.getBoundingClientRect();
    const { width, height } = node.getBoundingClientRect();
    const below = box.bottom + 6;
    const top = below + height > innerHeight - 8 ? Math.max(8, box.top - height - 6) : below;
    node.style.left = `${Math.max(8, Math.min(box.left, innerWidth - width - 8))}px`;
    node.style.top = `${top}px`;
  }

  node.show = show;
  node.explain = (button) => {
    node.by = button;
    node.term = button.dataset.term;
    // The source makes what is in it the next stop of the Tab key.
    node.showPopover({ source: button });
    button.setAttribute("aria-expanded", "true");
    show();
  };
  node.ontoggle = (event) => {
    if (event.newState === "closed") node.by?.setAttribute("aria-expanded", "false");
  };
  return node;
}

function clicked(event) {
  const button = event.composedPath().find((node) => node instanceof Element && node.dataset?.term);
  if (button && guide.root?.isConnected) guide.explain(button);
}

guide.clicked = clicked;
if (!guide.explains) {
  guide.explains = true;
  document.addEventListener("click", (event) => guide.clicked(event));
  // It stands beside its word, so it goes when the page moves.
  document.addEventListener("scroll", () => document.querySelector(".guide-term:popover-open")?.hidePopover(), { capture: true, passive: true });
}

function lens() {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [name, value] of Object.entries({ viewBox: "0 0 16 16", "aria-hidden": "true", focusable: "false" })) svg.setAttribute(name, value);
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", "M11.5 7a4.5 4.5 0 1 1-9 0a4.5 4.5 0 0 1 9 0zM10.4 10.4L14.5 14.5");
  svg.append(path);
  return svg;
}

function build(words) {
  const [find, help, start] = [searchDialog(words), helpDialog(words), startDialog(words)];
  const term = termPopover(words);
  const status = el("span", { class: "unseen", role: "status" });
  const open = (shown) => () => {
    shown.open_();
    if (!guide.index.has(guide.data.stamp)) guide.want();
  };
  const introduction = el(
    "p",
    { class: "introduction" },
    `${words.new} `,
    el("button", { type: "button", class: "link", onclick: open(start) }, words.newLink),
    el("button", { type: "button", class: "dismiss", "aria-label": words.dismiss, title: words.dismiss, onclick: () => guide.introduced() }, "×"),
  );
  const root = el(
    "div",
    { class: "guide" },
    el(
      "div",
      { class: "tools" },
      el("button", { type: "button", class: "open-search", "aria-keyshortcuts": "/", title: "/", onclick: open(find) }, lens(), el("span", {}, words.search)),
      el("button", { type: "button", class: "open-help", "aria-keyshortcuts": "?", title: "?", onclick: open(help) }, words.help),
    ),
    status, find, help, start, term, introduction,
  );
  Object.assign(root, {
    openSearch: open(find),
    openHelp: open(help),
    openStart: open(start),
    tell: (text) => (status.textContent = text),
    explain(button) {
      term.explain(button);
      if (!guide.index.has(guide.data.stamp)) guide.want();
    },
    arrived() {
      [find, help, start].filter((node) => node.open).forEach((node) => node.show());
      if (term.matches(":popover-open")) term.show();
    },
    lead(leads) {
      root.querySelector(".open-search").hidden = !leads;
    },
    introduce: (page) => (introduction.hidden = page !== "plan" || recall(SEEN) === "yes"),
  });
  return root;
}

export default function ({ data: [data], parentElement, setTriggerValue }) {
  const built = JSON.stringify(data.words);
  let root = parentElement.querySelector(":scope > .guide");
  if (!root || root.built !== built) {
    const fresh = build(data.words);
    fresh.built = built;
    if (root) root.replaceWith(fresh);
    else parentElement.append(fresh);
    root = fresh;
  }
  if (data.entries) {
    guide.index.clear(); // Statuses are those of one selection.
    guide.index.set(data.stamp, {
      entries: prepared(data.entries),
      shortcuts: data.shortcuts,
      steps: data.steps,
      terms: data.terms,
    });
  }
  Object.assign(guide, {
    root,
    data,
    go(target) {
      const isLed = globalThis.scorecardAhead?.lead(target.page, target.parameters);
      if (!isLed) setTriggerValue("go", target);
    },
    want: () => setTriggerValue("wanted", data.stamp),
    explain: root.explain,
    openSearch: root.openSearch,
    openHelp: root.openHelp,
    openStart: root.openStart,
    tell: root.tell,
    introduced() {
      keep(SEEN, "yes");
      root.introduce(data.page);
    },
  });
  root.lead(data.leads);
  root.introduce(data.page);
  if (data.entries) root.arrived();
}
