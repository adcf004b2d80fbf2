// Small things that the page is made of. Text reaches the page as text alone: names of tasks and what workers write may be anything.

export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function setAttribute(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

// Makes the children of a parent those of a list, in its order. A child stays the same element as long as its key is there, so that the
// focus, a selection and what was opened stay too.
export function each(parent, items, keyOf, create, update) {
  const kept = (parent.keyed ??= new Map());
  const keys = new Set(items.map(item => String(keyOf(item))));
  for (const [key, child] of kept) {
    if (!keys.has(key)) {
      child.remove();
      kept.delete(key);
    }
  }
  let next = parent.firstElementChild;
  for (const item of items) {
    const key = String(keyOf(item));
    let child = kept.get(key);
    if (!child) {
      child = create(item);
      kept.set(key, child);
    }
    update?.(child, item);
    if (child === next) next = next.nextElementSibling;
    else parent.insertBefore(child, next);
  }
}

export function milliseconds(value) {
  if (value === null || value === undefined) return "–";
  if (value < 1) return `${value.toFixed(2)} ms`;
  if (value < 10) return `${value.toFixed(1)} ms`;
  return value < 1000 ? `${value.toFixed(0)} ms` : seconds(value / 1000);
}

export function seconds(value) {
  if (value < 10) return `${value.toFixed(1)} s`;
  if (value < 60) return `${value.toFixed(0)} s`;
  if (value < 3600) return `${Math.floor(value / 60)} min ${Math.floor(value % 60)} s`;
  if (value < 86400) return `${Math.floor(value / 3600)} h ${Math.floor((value % 3600) / 60)} min`;
  return `${Math.floor(value / 86400)} d ${Math.floor((value % 86400) / 3600)} h`;
}

export function bytes(value) {
  if (value === null) return "–";
  const mebibytes = value / 1048576;
  return mebibytes < 1024 ? `${mebibytes.toFixed(mebibytes < 10 ? 1 : 0)} MiB` : `${(mebibytes / 1024).toFixed(1)} GiB`;
}

export function count(value) {
  return value.toLocaleString("en");
}

export function rate(value) {
  if (value === null || value === undefined) return "–";
  return value < 10 ? value.toFixed(1) : count(Math.round(value));
}

export function clock(text) {
  const time = new Date(text);
  const digits = number => String(number).padStart(2, "0");
  return `${digits(time.getHours())}:${digits(time.getMinutes())}:${digits(time.getSeconds())}`;
}

// "timedOut" as words: "timed out".
export function words(name) {
  return name.replace(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`);
}

// A table whose cells know the names of their columns: where it is too wide, each row is a card. The roles are told because such a layout
// would take them from the table.
export function table(caption, columns) {
  const head = make("tr", { role: "row" });
  for (const column of columns) head.append(make("th", { role: "columnheader", scope: "col" }, column));
  const body = make("tbody", { role: "rowgroup" });
  const element = make("table", { role: "table" }, make("caption", {}, caption), make("thead", { role: "rowgroup" }, head), body);
  element.row = cells => {
    const row = make("tr", { role: "row" });
    columns.forEach((column, i) => row.append(make("td", { role: "cell", "data-column": column, class: cells[i] ?? "" })));
    return row;
  };
  element.body = body;
  return element;
}
