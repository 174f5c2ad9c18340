// Nothing is fetched from outside: the theme is ours, and search is off.
export default { root: "src", output: "dist", title: "Eight charts", search: false, globalStylesheets: [] };
