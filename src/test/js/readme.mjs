// Takes one picture of the dashboard in the middle of its work: executed by DashboardPicture.

import { Browser } from "./browser.mjs";

const [app, shots] = process.argv.slice(2);
const browser = await Browser.start(app, shots);
const page = await browser.signedIn({ width: 1200, height: 760, deviceScaleFactor: 2 });
await page.locator(".runs .badge", { hasText: "Moving" }).waitFor();
await browser.shot(page, "readme");
await browser.close();
