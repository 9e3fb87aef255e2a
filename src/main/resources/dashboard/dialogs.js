// Dialogs: the browser keeps the focus inside, Escape closes them, and the focus goes back where it was.

import { el, fill, notice } from "./dom.js";

/** Opens a dialog with this content; resolves when it is closed. */
export function open(title, content, className = "") {
  const heading = el("h2", { id: "dialog-title" }, title);
  const dialog = el("dialog", { "aria-labelledby": "dialog-title", class: className });
  content.prepend(heading);
  dialog.append(content);
  document.body.append(dialog);
  const closed = new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue);
    });
  });
  dialog.showModal();
  return { dialog, closed };
}

/**
 * Asks before something is done, does it, and says in the dialog why it could not be done.
 *
 * @returns whether it was done
 */
export async function confirm(title, text, button, work, kind = "primary") {
  const problem = el("div", {});
  const yes = el("button", { type: "submit", class: kind }, button);
  const no = el("button", { type: "button", onclick: () => dialog.close() }, "Back");
  const form = el("form", {}, el("p", {}, text), problem, el("div", { class: "actions" }, no, yes));
  let done = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    yes.disabled = true;
    try {
      await work();
      done = true;
      dialog.close();
    } catch (e) {
      fill(problem, notice("bad", e.message));
      yes.disabled = false;
    }
  });
  const { dialog, closed } = open(title, form, "narrow");
  await closed;
  return done;
}
