// Asks for the views one step away once the page stands still, and takes them.
const PAUSE = 120; // milliseconds

export default function ({ data, parentElement, setTriggerValue }) {
  if (data instanceof Uint8Array) {
    const unpacked = new Blob([data]).stream().pipeThrough(new DecompressionStream("gzip"));
    new Response(unpacked).text().then((text) => {
      const set = JSON.parse(text);
      ahead.weight = text.length;
      ahead.take(JSON.stringify([set.stamp, set.base, set.names]), set);
    });
    return;
  }
  const { stamp, view, names, ask } = data[0].mark;
  ahead.askAt(ask);
  clearTimeout(parentElement.asking);
  if (ahead.has(JSON.stringify([stamp, view, names]))) return;
  parentElement.asking = setTimeout(() => {
    const isHere = parentElement.isConnected || parentElement.host?.isConnected;
    if (isHere && !ahead.isLeaving()) setTriggerValue("wanted", view);
  }, PAUSE);
}
