// Makes elements. Text becomes text and never markup: names and messages come from other security domains.

/**
 * An element with attributes, listeners ("on…"), and children: elements, texts, or nothing.
 */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) {
      continue;
    }
    if (name.startsWith("on")) {
      element.addEventListener(name.slice(2), value);
    } else if (name === "href") {
      // Only addresses inside this page are ever made.
      element.setAttribute("href", String(value).startsWith("#/") ? value : "#/runs");
    } else {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
  append(element, children);
  return element;
}

function append(parent, children) {
  for (const child of children.flat(Infinity)) {
    if (child !== undefined && child !== null && child !== false && child !== "") {
      parent.append(child instanceof Node ? child : document.createTextNode(String(child)));
    }
  }
}

/** Replaces all children; those that are the same element stay in place, and so does the focus in them. */
export function fill(parent, ...children) {
  const focused = document.activeElement;
  const kept = focused && parent.contains(focused) && focused.isConnected ? focused : null;
  parent.replaceChildren();
  append(parent, children);
  if (kept && kept.isConnected && document.activeElement !== kept) {
    kept.focus({ preventScroll: true });
  }
  return parent;
}

/** Sets a text only if it is another one, so that nothing flickers and nothing is announced twice. */
export function setText(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

/** A field with its label and a hint. */
export function field(label, control, hint) {
  control.id ||= `field-${label.toLowerCase().replace(/\W+/g, "-")}`;
  const parts = [el("label", { for: control.id }, label), control];
  if (hint) {
    control.setAttribute("aria-describedby", `${control.id}-hint`);
    parts.push(el("span", { class: "hint", id: `${control.id}-hint` }, hint));
  }
  return el("div", { class: "field" }, parts);
}

/**
 * A table with its roles written down: on narrow screens its rows are shown as cards, and browsers forget what they were.
 *
 * @param rows arrays of cells, each a text, a node, or { content, class }; the first one heads its row
 */
export function table(caption, headings, rows, className = "") {
  const head = el("tr", { role: "row" },
    headings.map((heading, column) => el("th", {
      role: "columnheader", scope: "col", class: rows[0]?.[column]?.class?.includes("right") ? "right" : undefined,
    }, heading)));
  return el("table", { role: "table", class: `stack ${className}`.trim() },
    el("caption", { class: "hidden" }, caption),
    el("thead", { role: "rowgroup" }, head),
    el("tbody", { role: "rowgroup" }, rows.map((cells) => row(headings, cells))));
}

/** One row of such a table. */
export function row(headings, cells) {
  return el("tr", { role: "row" }, cells.map((cell, column) => {
    const { content, class: className } = cell?.content === undefined ? { content: cell } : cell;
    return column === 0
      ? el("th", { role: "rowheader", scope: "row", class: className }, content)
      : el("td", { role: "cell", "data-label": headings[column], class: className }, content);
  }));
}

/** Facts as a list of terms. Entries without a value are left out. */
export function facts(...entries) {
  return el("dl", { class: "facts" }, entries
    .filter(([, value]) => value !== undefined && value !== null && value !== "")
    .map(([term, value, wide]) => el("div", { class: wide ? "wide" : undefined }, el("dt", {}, term), el("dd", {}, value))));
}

/** A notice; kinds are bad, warn, good and none. */
export function notice(kind, ...children) {
  return el("div", { class: `notice ${kind}`.trim(), role: kind === "bad" ? "alert" : undefined }, children);
}

/** What a list shows that has nothing to show: why, and what to do. */
export function empty(title, text, ...actions) {
  return el("div", { class: "empty" }, el("h2", {}, title), el("p", { class: "soft" }, text),
    el("div", { class: "actions" }, actions));
}

/** What to do next: words as words, and each command line in it with a button that copies it. */
export function nextSteps(text) {
  return text.split(/, or in a vault with access policies: /).map((part, at) => {
    const start = part.search(/VALUE=\$\(az |\baz [a-z]+ [a-z]/);
    const words = start < 0 ? part : part.slice(0, start);
    return [
      at > 0 && el("span", { class: "sub" }, "Or, in a vault with access policies:"),
      words && el("span", { class: "sub" }, words),
      start >= 0 && command(part.slice(start)),
    ];
  });
}

function command(text) {
  const button = el("button", { type: "button", class: "small", "aria-label": "Copy the command" }, "Copy");
  const code = el("code", {}, text);
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text);
      announce("Copied");
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = "Copy"; }, 2000);
    } catch {
      // Without the right to the clipboard the text is selected, and Ctrl+C does the rest.
      getSelection().selectAllChildren(code);
    }
  });
  return el("div", { class: "command" }, code, button);
}

/** Says something to those who listen to the page. */
export function announce(text) {
  document.getElementById("announcer").textContent = text;
}
