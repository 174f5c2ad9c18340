// Saves the figure of an exhibit as SVG or PNG, without any request. Plotly draws in layers of
// SVG that lie on each other, and a map is one layer; they are copied into one picture, below the
// title and above the notice.
const SPACE = "http://www.w3.org/2000/svg";
const HEAD = 44;
const FOOT = 26;

function text(words, x, y, size, weight, colour) {
  const node = document.createElementNS(SPACE, "text");
  node.textContent = words;
  Object.entries({ x, y, "font-size": size, "font-weight": weight, fill: colour }).forEach(
    ([name, value]) => node.setAttribute(name, value),
  );
  return node;
}

function compose(data) {
  const plot = document.querySelector(`.${CSS.escape(data.figure)} .plot`);
  if (!plot?.querySelector(".main-svg")) return null;
  const { width, height } = plot.getBoundingClientRect();
  const whole = document.createElementNS(SPACE, "svg");
  const tall = height + HEAD + FOOT;
  whole.setAttribute("xmlns", SPACE);
  whole.setAttribute("width", width);
  whole.setAttribute("height", tall);
  whole.setAttribute("viewBox", `0 0 ${width} ${tall}`);
  const style = getComputedStyle(plot);
  whole.setAttribute("font-family", style.fontFamily);
  const ground = document.createElementNS(SPACE, "rect");
  ground.setAttribute("width", width);
  ground.setAttribute("height", tall);
  ground.setAttribute("fill", data.ground);
  whole.append(ground, text(data.title, 10, 26, 15, 600, style.color));
  if (data.notice) whole.append(text(data.notice, 10, tall - 9, 11, 400, style.color));
  plot.querySelectorAll(".main-svg").forEach((layer) => {
    const copy = layer.cloneNode(true);
    copy.setAttribute("y", HEAD);
    copy.style.background = "none";
    copy.querySelectorAll(".hoverlayer, .zoomlayer").forEach((node) => node.remove());
    whole.append(copy);
  });
  return { whole, width, tall };
}

function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

export default function ({ parentElement, data, setTriggerValue }) {
  const [svg, png] = parentElement.querySelectorAll("button");
  svg.onclick = () => {
    const drawn = compose(data);
    if (!drawn) return;
    const source = new XMLSerializer().serializeToString(drawn.whole);
    save(new Blob([source], { type: "image/svg+xml" }), `${data.name}.svg`);
    setTriggerValue("saved", "svg");
  };
  png.onclick = () => {
    const drawn = compose(data);
    if (!drawn) return;
    const source = new XMLSerializer().serializeToString(drawn.whole);
    const image = new Image();
    image.onload = () => {
      const canvas = document.createElement("canvas");
      canvas.width = drawn.width * 2;
      canvas.height = drawn.tall * 2;
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      canvas.toBlob((blob) => {
        save(blob, `${data.name}.png`);
        setTriggerValue("saved", "png");
      });
    };
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(source)}`;
  };
}
