// Finds entries by words as people type them: without accents, begun only, or misspelt.
const MOST = 12; // results shown

const flat = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const split = (text) => flat(text).split(/[^\p{L}\p{N}%]+/u).filter(Boolean);

// How many letters must be changed, added, left out or exchanged with the next one.
function distance(a, b, most) {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let before = [];
  let last = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) row[j] = Math.min(row[j], before[j - 2] + 1);
    }
    [before, last] = [last, row];
  }
  return last[b.length];
}

function isNear(token, word) {
  const most = token.length > 7 ? 2 : token.length > 3 ? 1 : 0;
  // A word that is not written to its end may be mistyped too.
  return most > 0 && (distance(token, word, most) <= most || distance(token, word.slice(0, token.length), most) <= most);
}

function worth(token, entry) {
  if (entry.flatTitle.startsWith(token)) return 100;
  if (entry.titleWords.some((word) => word.startsWith(token))) return 80;
  if (entry.flatTitle.includes(token)) return 60;
  if (entry.restWords.some((word) => word.startsWith(token))) return 40;
  if (entry.titleWords.some((word) => isNear(token, word))) return 30;
  return entry.restWords.some((word) => isNear(token, word)) ? 10 : 0;
}

function prepared(entries) {
  return entries.map((entry) => ({
    ...entry,
    flatTitle: flat(entry.title),
    titleWords: split(entry.title),
    restWords: [...new Set(split(`${entry.note} ${entry.words} ${entry.kind}`))],
  }));
}

function search(entries, text) {
  const tokens = split(text);
  if (!tokens.length) return [];
  return entries
    .map((entry, place) => {
      const each = tokens.map((token) => worth(token, entry));
      const sum = each.includes(0) ? 0 : each.reduce((a, b) => a + b, 0) / tokens.length;
      return { entry, place, sum };
    })
    .filter(({ sum }) => sum > 0)
    .sort((a, b) => b.sum - a.sum || a.place - b.place)
    .slice(0, MOST)
    .map(({ entry }) => entry);
}
