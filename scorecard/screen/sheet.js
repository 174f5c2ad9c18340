// Lays out blocks. Nothing is computed here: texts, positions and outlines come from Python.

const drawn = new WeakMap(); // host element -> the blocks as they stand
const ready = new WeakMap(); // host element -> what was made ready last, and of which content

// What is to be done so that one tree becomes like another and keeps its nodes: nothing is laid
// out anew, and the keyboard stays where it is.
function steps(old, wanted, todo) {
  if (old.nodeName !== wanted.nodeName) {
    todo.push(() => old.replaceWith(wanted));
    return;
  }
  if (old.nodeType === Node.TEXT_NODE) {
    if (old.data !== wanted.data) todo.push(() => old.replaceData(0, old.length, wanted.data));
    return;
  }
  // Comparing a subtree is quick, as the browser does it; walking it is not.
  if (old.isEqualNode(wanted)) return;
  for (const name of wanted.getAttributeNames()) {
    const value = wanted.getAttribute(name);
    if (old.getAttribute(name) !== value) todo.push(() => old.setAttribute(name, value));
  }
  for (const name of old.getAttributeNames()) {
    if (!wanted.hasAttribute(name)) todo.push(() => old.removeAttribute(name));
  }
  const [mine, theirs] = [[...old.childNodes], [...wanted.childNodes]];
  theirs.forEach((child, i) => {
    if (mine[i]) steps(mine[i], child, todo);
    else todo.push(() => old.append(child));
  });
  for (const gone of mine.slice(theirs.length)) todo.push(() => gone.remove());
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

// Makes the nodes of those blocks that do not stand yet, and finds what is to be done with them.
function made(root, content) {
  query = content.query;
  const before = drawn.get(root);
  const blocks = content.blocks.map((block) => query + JSON.stringify(block));
  const todo = [];
  content.blocks.forEach((block, i) => {
    if (blocks[i] === before[i]) return;
    const node = builders[block.kind](block);
    if (root.children[i]) steps(root.children[i], node, todo);
    else todo.push(() => root.append(node));
  });
  for (const gone of [...root.children].slice(blocks.length)) todo.push(() => gone.remove());
  return { content, before, blocks, todo };
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
  const { blocks, todo } = ready.get(root);
  ready.delete(root); // Its nodes may become part of the page.
  if (!todo.length) return;
  for (const step of todo) step();
  drawn.set(root, blocks);
  wait(root);
}
