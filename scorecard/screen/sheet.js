// Lays out blocks. Nothing is computed here: texts, positions and outlines come from Python.

const drawn = new WeakMap(); // host element -> the blocks as they stand
const ready = new WeakMap(); // host element -> what was made ready last, and of which content

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
  return { content, before, blocks, nodes };
}

// Rows below what is in sight are laid out once that is painted; those above it would move it.
const inSight = new WeakSet();
const sight = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (isIntersecting) inSight.add(target);
    else inSight.delete(target);
  }
});

function wait(root) {
  const parts = [...root.querySelectorAll(":scope > :not(.scorecard), .kpi")];
  for (const part of parts) sight.observe(part);
  const last = parts.findLastIndex((part) => inSight.has(part));
  if (last < 0) return;
  const rows = parts.slice(last + 1).filter((part) => part.matches(".kpi"));
  const waiting = rows.filter((row) => !row.contains(document.activeElement));
  for (const row of waiting) row.classList.add("waiting");
  ahead.painted().then(() => waiting.forEach((row) => row.classList.remove("waiting")));
}

function prepare(root, content) {
  const last = ready.get(root);
  if (last?.content !== content || last.before !== drawn.get(root)) ready.set(root, made(root, content));
}

function lay(root, content) {
  prepare(root, content);
  const { before, blocks, nodes } = ready.get(root);
  ready.delete(root); // Its nodes may become part of the page.
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
