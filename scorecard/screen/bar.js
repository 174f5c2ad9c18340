// The selection: a sentence that opens the choices. A change is told to the page and the server.

function element(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node[name] = value;
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false) node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

// What a click would ask for is made ready when a pointer or the keyboard comes to its control.
function ready(change) {
  const expect = () => ahead.expect(change());
  return { onpointerenter: expect, onfocus: expect };
}

function boxes(dimension, legend, names) {
  const chips = names.map((name) => {
    const box = element("input", { type: "checkbox", onchange: () => ahead.choose(chosen()) });
    box.onfocus = () => ahead.expect(chosen(box));
    return element("label", { class: "chip", onpointerenter: box.onfocus }, box, element("span", {}, name));
  });
  const inputs = chips.map((chip) => chip.firstChild);
  const chosen = (turned) => ({
    [dimension]: inputs.flatMap((box, i) => (box.checked !== (box === turned) ? [i] : [])),
  });
  return element("fieldset", { "data-of": dimension }, element("legend", {}, legend), element("div", { class: "chips" }, ...chips));
}

function dates(data) {
  const choice = element("select", { id: "bar-as-of", "data-of": "as_of" });
  for (const [day, label] of data.dates) choice.append(element("option", { value: day }, label));
  const at = (place) => ({ as_of: place > 0 ? (choice.options[place]?.value ?? "") : "" });
  choice.onchange = () => ahead.choose(at(choice.selectedIndex));
  const step = (name, by, sign) => {
    const onclick = () => {
      choice.selectedIndex += by;
      choice.onchange();
    };
    const node = { type: "button", class: name, "aria-label": data.words[name], onclick };
    return element("button", { ...node, ...ready(() => at(choice.selectedIndex + by)) }, sign);
  };
  const compared = element("select", { id: "bar-compare", "data-of": "compare" });
  compared.append(element("option", { value: "" }, data.last));
  const met = element("optgroup", { label: data.words.meetings });
  const others = element("optgroup", { label: data.words.others });
  for (const [day, label] of data.dates) (data.met.includes(day) ? met : others).append(element("option", { value: day }, label));
  compared.append(...[met, others].filter((group) => group.children.length));
  compared.onchange = () => ahead.choose({ compare: compared.value });
  return [
    element("div", { class: "field" }, element("label", { for: "bar-as-of" }, data.words.as_of), element("div", { class: "stepper" }, step("earlier", 1, "‹"), choice, step("later", -1, "›"))),
    element("div", { class: "field" }, element("label", { for: "bar-compare" }, data.words.compare), compared),
  ];
}

function build(data) {
  const all = () => ({ as_of: "", compare: "", region: [], pillar: [] });
  const reset = () => ahead.choose(all());
  // Charts are drawn for light or dark by the server, which is asked anew when that changes.
  const recolour = (event) => {
    if (event.propertyName === "outline-color") ahead.choose({});
  };
  return element(
    "div",
    { class: "bar", ontransitionend: recolour },
    element(
      "details",
      {},
      element("summary", { "data-change": data.words.change }),
      element("div", { class: "choices" }, ...dates(data), boxes("region", data.words.regions, data.regions), boxes("pillar", data.words.pillars, data.pillars)),
    ),
    element("button", { type: "button", class: "reset", onclick: reset, ...ready(all) }, data.words.reset),
  );
}

function set(node, name, value) {
  if (node[name] !== value) node[name] = value;
}

function show(root, { sentence, chosen }) {
  const summary = root.querySelector("summary");
  if (summary.textContent !== sentence) summary.textContent = sentence;
  const asOf = root.querySelector("[data-of=as_of]");
  const compare = root.querySelector("[data-of=compare]");
  asOf.selectedIndex = chosen.as_of ? [...asOf.options].findIndex((o) => o.value === chosen.as_of) : 0;
  set(root.querySelector(".earlier"), "disabled", asOf.selectedIndex === asOf.options.length - 1);
  set(root.querySelector(".later"), "disabled", asOf.selectedIndex === 0);
  // A comparison looks back. There are many dates, and they stand as they did for most clicks.
  if (compare.before !== asOf.value) {
    compare.before = asOf.value;
    for (const option of compare.options) {
      const isLater = option.value >= asOf.value;
      set(option, "hidden", isLater);
      set(option, "disabled", isLater);
    }
  }
  compare.value = chosen.compare < asOf.value ? chosen.compare : "";
  for (const dimension of ["region", "pillar"]) {
    root.querySelectorAll(`[data-of=${dimension}] input`).forEach((box, i) => {
      box.checked = chosen[dimension].includes(i);
    });
  }
  const isAll = !chosen.as_of && !chosen.compare && !chosen.region.length && !chosen.pillar.length;
  set(root.querySelector(".reset"), "hidden", isAll);
}

function isTold(names) {
  const own = new URLSearchParams(location.search);
  return names.some((name) => own.has(name));
}

// Where the navigation led to another page, its address does not say the choice yet.
function complete(query, names) {
  if (isTold(names) || !query) return;
  const rest = location.search.slice(1);
  history.replaceState(history.state, "", `${location.pathname}?${rest ? `${rest}&` : ""}${query}${location.hash}`);
}

export default function ({ data: [data], parentElement, setTriggerValue }) {
  const built = JSON.stringify([data.dates, data.met, data.regions, data.pillars, data.words]);
  let root = parentElement.querySelector(":scope > .bar");
  if (!root || root.built !== built) {
    const fresh = build(data);
    fresh.built = built;
    if (root) root.replaceWith(fresh);
    else parentElement.append(fresh);
    root = fresh;
  }
  return ahead.told(root, data, (content) => {
    if (content === data.content) complete(data.query, data.names);
    ahead.listen((choice) => setTriggerValue("chosen", choice), content.chosen);
    show(root, content);
    // A page chosen while its server was lost comes from another one, without address and memory.
    const before = ahead.recover();
    const isOther = JSON.stringify({ ...content.chosen, ...before }) !== JSON.stringify(content.chosen);
    if (before && isOther && !isTold(data.names)) ahead.choose(before);
  });
}
