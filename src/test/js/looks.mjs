// What can be measured of how a page looks.

import assert from "node:assert/strict";

/** Every text has the contrast with its ground that WCAG 2.2 AA asks for: 4.5, or 3 for large text. */
export async function assertContrast(page, where) {
  const poor = await page.evaluate(() => {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 1;
    const pen = canvas.getContext("2d", { willReadFrequently: true });
    // The canvas understands every notation of a colour.
    const rgba = (color) => {
      pen.clearRect(0, 0, 1, 1);
      pen.fillStyle = color;
      pen.fillRect(0, 0, 1, 1);
      const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data;
      return [r, g, b, a / 255];
    };
    const over = ([r, g, b, a], [r2, g2, b2]) => [r * a + r2 * (1 - a), g * a + g2 * (1 - a), b * a + b2 * (1 - a), 1];
    const ground = (element) => {
      const layers = [];
      for (let at = element; at; at = at.parentElement) {
        const color = rgba(getComputedStyle(at).backgroundColor);
        layers.push(color);
        if (color[3] === 1) {
          break;
        }
      }
      return layers.reverse().reduce((below, color) => over(color, below), [255, 255, 255, 1]);
    };
    const luminance = ([r, g, b]) => {
      const [x, y, z] = [r, g, b].map((value) => {
        const part = value / 255;
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * x + 0.7152 * y + 0.0722 * z;
    };
    const contrast = (one, other) => {
      const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
      return (light + 0.05) / (dark + 0.05);
    };
    const found = [];
    const check = (element, color, least, what) => {
      const value = contrast(over(rgba(color), ground(element)), ground(element));
      if (value < least) {
        found.push(`${what}: ${value.toFixed(2)}, needed ${least}`);
      }
    };
    const dialog = document.querySelector("dialog[open]");
    for (const element of (dialog ?? document.body).querySelectorAll("*")) {
      const style = getComputedStyle(element);
      if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) || element.closest(".hidden, .skip")) {
        continue;
      }
      const text = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.data.trim()).join("");
      const isField = element.matches("input, select, textarea");
      if (text || isField) {
        const size = parseFloat(style.fontSize);
        const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
        check(element, style.color, large ? 3 : 4.5, `${element.tagName} '${(text || element.value || "").slice(0, 40)}'`);
      }
      if (element.placeholder) {
        check(element, getComputedStyle(element, "::placeholder").color, 4.5, `placeholder '${element.placeholder.slice(0, 40)}'`);
      }
      if (isField) {
        check(element.parentElement, style.borderTopColor, 3, `border of ${element.id}`);
      }
    }
    return found;
  });
  assert.deepEqual(poor, [], `contrast, ${where}`);
}

/** Nothing makes the page wider than the window. */
export async function assertNoSidewaysScrolling(page, where) {
  const wide = await page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) {
      return [];
    }
    return [...document.body.querySelectorAll("*")]
      .filter((element) => element.getBoundingClientRect().right > width + 1 && !element.closest(".hidden"))
      .map((element) => `${element.tagName}.${element.className}`).slice(0, 10);
  });
  assert.deepEqual(wide, [], `wider than the window, ${where}`);
}

/** Every control has a name that a screen reader can say, and every field a label. */
export async function assertNamed(page, where) {
  const nameless = await page.evaluate(() => [...document.querySelectorAll("button, a, input, select, textarea, progress, dialog, table")]
    .filter((element) => element.checkVisibility())
    .filter((element) => !(element.textContent.trim() && element.matches("button, a"))
      && !element.getAttribute("aria-label") && !element.getAttribute("aria-labelledby")
      && !element.labels?.length && !element.querySelector?.("caption"))
    .map((element) => element.outerHTML.slice(0, 120)));
  assert.deepEqual(nameless, [], `without a name, ${where}`);
}
