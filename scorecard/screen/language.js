// The languages that can be chosen; tells the browser, and so a screen reader, which one is read.
export default function ({ data: [data], parentElement, setTriggerValue }) {
  document.documentElement.lang = data.now;
  let list = parentElement.querySelector(":scope > .languages");
  if (!list) {
    list = document.createElement("div");
    list.className = "languages";
    list.setAttribute("role", "group");
    for (const [code, name] of data.all) {
      const button = document.createElement("button");
      button.type = "button";
      button.lang = code;
      button.textContent = name;
      button.onclick = () => list.choose(code);
      list.append(button);
    }
    parentElement.append(list);
  }
  list.choose = (code) => setTriggerValue("chosen", code);
  list.setAttribute("aria-label", data.label);
  for (const button of list.children) button.setAttribute("aria-pressed", String(button.lang === data.now));
}
