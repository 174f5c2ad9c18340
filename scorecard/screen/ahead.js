// What the components of a page have in common: which view they show, and those one step away.
// Nothing is computed here: contents come from Python, and a view is one of those it sent.
const ahead = (globalThis.scorecardAhead ??= (() => {
  const MOST_VIEWS = 400;
  const PATIENCE = 10000; // milliseconds until a click counts as not heard
  const HURRY = 150; // milliseconds that the server is not told of a click, while a view is asked for
  const known = new Map(); // view -> Map of part -> content, or how to make it
  const sets = new Map(); // what was taken -> its views
  const mounted = new Map(); // part -> the component that shows it
  const tab = Math.random().toString(36).slice(2, 8);
  let taken = null; // the set that was taken last
  let stamp = "";
  let session = "";
  let last = ""; // the click that is not answered yet, or was answered last
  let reported = ""; // the click that the server was told of last
  let clicks = 0;
  let waiting = 0;
  let chosen = null;
  let forgotten = null; // what was chosen when another server took over
  let report = null;
  let left = null; // when a link to another page was followed, and where
  let further = null; // where to ask for a view further away, and by which token

  function remember(view, part, content) {
    let parts = known.get(view);
    if (parts) known.delete(view);
    else parts = new Map();
    parts.set(part, content);
    known.set(view, parts); // The newest stand last.
    for (const oldest of known.keys()) {
      if (known.size <= MOST_VIEWS) break;
      known.delete(oldest);
    }
  }

  function recall(view, part) {
    const parts = known.get(view);
    let content = parts?.get(part);
    if (content instanceof Step) {
      content = content.made();
      parts.set(part, content);
    }
    return content;
  }

  // Steps from a view, of one part or of all that are told; a part may be told after they came.
  function spread({ base, pool, views }, only) {
    for (const { view, parts } of views) {
      for (const [part, difference] of Object.entries(parts)) {
        if (only && part !== only) continue;
        const old = recall(base, part);
        if (old !== undefined && !known.get(view)?.has(part)) {
          remember(view, part, new Step(old, difference, pool));
        }
      }
    }
  }

  class Step {
    constructor(base, difference, pool) {
      Object.assign(this, { base, difference, pool });
    }
    made() {
      return applied(this.base, this.difference, this.pool);
    }
  }

  function applied(old, difference, pool) {
    if (difference === 0) return old;
    if (Array.isArray(difference)) return pool[difference[0]];
    const made = Array.isArray(old) ? [...old] : { ...old };
    for (const [key, inner] of Object.entries(difference)) {
      if (key === "-") for (const gone of inner) delete made[gone];
      else made[key] = applied(old[key], inner, pool);
    }
    return made;
  }

  function key(choice) {
    return [choice.as_of, choice.compare, choice.region.join(","), choice.pillar.join(",")].join("|");
  }

  function present() {
    return [...mounted.values()].filter((part) => part.root.isConnected);
  }

  function draw(view) {
    const parts = present();
    if (!parts.every((part) => known.get(view)?.has(part.name))) return false;
    for (const part of parts) part.draw(recall(view, part.name));
    return true;
  }

  // The parts of a view that were not sent ahead; none where they are not to be had this way.
  async function ask(choice) {
    if (!further) return;
    const [address, token] = further;
    const body = JSON.stringify({ token, choice });
    const headers = { "content-type": "application/json" };
    const answer = await fetch(address, { method: "POST", headers, body });
    if (answer.status !== 200) return;
    const { stamp: theirs, view, parts } = await answer.json();
    if (theirs !== stamp) return;
    for (const [part, content] of Object.entries(parts)) {
      if (!known.get(view)?.has(part)) remember(view, part, content);
    }
  }

  // What the page does with a message of the server would come before the paint of what is drawn.
  function painted() {
    return new Promise((done) => {
      const late = setTimeout(done, HURRY); // A page that nobody sees is not painted.
      requestAnimationFrame(() => {
        clearTimeout(late);
        setTimeout(done);
      });
    });
  }

  function tell(turn) {
    if (turn !== last || turn === reported || isLeaving()) return;
    reported = turn;
    report({ ...chosen, turn });
    clearTimeout(waiting);
    waiting = setTimeout(trust, PATIENCE);
  }

  // Another page is on its way. Nothing that this one says may reach the server after what leads
  // there, as it would lead back: a choice that the server does not know yet goes along, and what
  // can wait is not asked for. False where there is no such choice, and the link leads by itself.
  function lead(page, parameters) {
    left = { at: performance.now(), from: location.href };
    if (!report || !last || last === reported) return false;
    reported = last;
    report({ ...chosen, turn: last, page, parameters });
    return true;
  }

  function follow(event) {
    const link = event.composedPath().find((node) => node.localName === "a" && node.href);
    const isPlain = !event.button && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
    if (!isPlain || !link || link.target || link.hasAttribute("download")) return;
    if (link.origin !== location.origin) return;
    if (link.pathname === location.pathname && !link.dataset.page) return;
    const page = link.pathname.split("/").pop() || "plan";
    if (!lead(page, Object.fromEntries(new URLSearchParams(link.search)))) return;
    event.preventDefault();
    event.stopPropagation();
  }
  document.addEventListener("click", follow, true);

  const isLeaving = () => left?.from === location.href && performance.now() - left.at < PATIENCE;

  function trust() {
    // The server did not hear of the click, so what it said last is what holds.
    last = "";
    for (const part of present()) part.draw(part.content);
  }

  return {
    // A component says what the server told it, and is drawn unless that is no more asked for.
    // `prepare` does what of drawing a content can be done before it is asked for.
    told(root, { mark, content }, draw, prepare = () => {}) {
      if (!mark) {
        draw(content);
        return () => {};
      }
      if (mark.stamp !== stamp) {
        known.clear();
        sets.clear();
        if (taken?.stamp !== mark.stamp) taken = null;
      }
      stamp = mark.stamp;
      if (mark.session !== session) {
        last = "";
        if (session) forgotten = chosen;
      }
      session = mark.session;
      remember(mark.view, mark.name, content);
      if (taken?.base === mark.view && !mounted.has(mark.name)) spread(taken, mark.name);
      const part = { name: mark.name, root, draw, prepare, content };
      for (const other of mounted.values()) if (other.root === root) mounted.delete(other.name);
      mounted.set(mark.name, part);
      if (!last || mark.turn === last) {
        clearTimeout(waiting);
        draw(content);
      }
      return () => {
        if (mounted.get(mark.name)?.root === root) mounted.delete(mark.name);
      };
    },

    // The bar says how to tell the server, and where its controls stand. What was drawn before it
    // came could not be chosen by, and is drawn once more.
    listen(tell, now) {
      const isFirst = !report;
      report = tell;
      chosen = now;
      if (isFirst) for (const part of present()) part.draw(part.content);
    },

    // Shows another view: at once where it is known, else as soon as it was asked for, and in any
    // case as the server says once it has answered.
    choose(change) {
      if (!report) return;
      chosen = { ...chosen, ...change };
      const view = key(chosen);
      const turn = `${tab}-${(clicks += 1)}`;
      last = turn;
      clearTimeout(waiting);
      if (draw(view)) {
        painted().then(() => tell(turn));
        return;
      }
      setTimeout(() => tell(turn), HURRY);
      ask(chosen)
        .catch(() => {}) // It is told to the server, which is asked over another line.
        .then(() => turn === last && draw(view) && painted())
        .then(() => tell(turn));
    },

    // A pointer or the keyboard came to what makes this change: a moment before a click.
    expect(change) {
      if (!chosen) return;
      const view = key({ ...chosen, ...change });
      for (const part of present()) {
        const content = recall(view, part.name);
        if (content !== undefined) part.prepare(content);
      }
    },

    // The choice that the session of before knew and this one does not; told once.
    recover() {
      const choice = forgotten;
      forgotten = null;
      return choice;
    },

    // Chooses one of a dimension, or all again where it is the one that is chosen.
    toggle(dimension, place) {
      if (!chosen) return;
      const [only, ...others] = chosen[dimension];
      const isOnly = only === place && !others.length;
      this.choose({ [dimension]: isOnly ? [] : [place] });
    },

    canChoose: () => Boolean(report),

    askAt(place) {
      further = place;
    },

    lead,
    isLeaving,
    painted,

    // Whether the views one step away were taken, and are all still kept.
    has: (name) => Boolean(sets.get(name)?.every((view) => known.has(view))),

    // Takes the views one step away; `name` is what they are of. They may come before all parts.
    take(name, set) {
      if (stamp && set.stamp !== stamp) return;
      sets.set(name, set.views.map(({ view }) => view));
      taken = set;
      spread(set);
    },

    // For tests and measurements: whether all that is on the page is known of a view.
    knows: (view) => present().every((part) => known.get(view)?.has(part.name)),
  };
})());
