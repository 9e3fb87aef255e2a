// Asks again and again, as seldom as will do: not at all while nobody looks, and less and less while nobody answers.

const SLOWEST = 60_000;

/**
 * Calls `work` until the signal aborts. It says how many milliseconds to wait before the next time; when it throws, the
 * wait doubles, and `onTrouble` hears how long it is.
 */
export async function poll(signal, work, { onTrouble = () => {}, onWell = () => {}, first = 0 } = {}) {
  let failures = 0;
  let wait = first;
  while (!signal.aborted) {
    await pause(wait, signal);
    await visible(signal);
    if (signal.aborted) {
      return;
    }
    try {
      wait = await work();
      failures = 0;
      onWell();
    } catch (e) {
      if (signal.aborted) {
        return;
      }
      failures++;
      wait = Math.min(SLOWEST, 2000 * 2 ** failures);
      onTrouble(e, wait);
    }
  }
}

function pause(milliseconds, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    }, { once: true });
  });
}

function visible(signal) {
  if (!document.hidden) {
    return Promise.resolve();
  }
  return new Promise((resolve) => {
    const done = () => {
      document.removeEventListener("visibilitychange", done);
      resolve();
    };
    document.addEventListener("visibilitychange", done);
    signal.addEventListener("abort", done, { once: true });
  });
}
