// Charts of the last three minutes, as SVG. What a chart shows stands in its caption and its label too.

import { make, setAttribute, setText } from "./parts.js";

const length = 180;
const height = 40;
const space = "http://www.w3.org/2000/svg";

function shape(tag, attributes) {
  const element = document.createElementNS(space, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

// A figure with a caption. Its update takes the values, one for each second, the oldest first, and a function that writes one.
export function chart(title, kind) {
  const svg = shape("svg", { viewBox: `0 0 ${length} ${height}`, preserveAspectRatio: "none", role: "img", class: kind });
  const grid = shape("path", { class: "grid", d: `M0 ${height / 2}H${length}M60 0V${height}M120 0V${height}` });
  const area = shape("path", { class: "area" });
  const line = shape("polyline", { class: "line" });
  svg.append(grid, area, line);
  const now = make("strong");
  const most = make("span", { class: "most" });
  const figure = make("figure", {}, make("figcaption", {}, make("span", { class: "title" }, title), now, most), svg);
  figure.update = (values, write) => {
    const last = values.length ? values[values.length - 1] : null;
    const top = Math.max(...values, 0);
    setText(now, last === null ? "–" : write(last));
    setText(most, values.length ? `max ${write(top)}` : "");
    setAttribute(
      svg, "aria-label",
      last === null ? `${title}: no values yet` : `${title}, the last three minutes: now ${write(last)}, at most ${write(top)}`);
    const first = length - values.length;
    const points = values.map((value, i) => `${first + i + 1} ${(height - 1 - (top ? value / top : 0) * (height - 3)).toFixed(2)}`);
    line.setAttribute("points", points.join(" "));
    area.setAttribute("d", points.length ? `M${first + 1} ${height}L${points.join("L")}V${height}Z` : "");
  };
  return figure;
}
