// Small comforts inside a conversation; simcord's own scripts do the rest.

const timeline = document.getElementById("channel-timeline");
const list = document.getElementById("channel-message-list");

// ---- stay at the newest message until the reader scrolls away

const NEAR = 120; // pixels from the end that still count as reading the newest message
let following = true;
const atEnd = () => timeline.scrollHeight - timeline.scrollTop - timeline.clientHeight < NEAR;
function follow() {
  if (following) timeline.scrollTop = timeline.scrollHeight;
}
for (const wish of ["wheel", "touchmove", "keydown", "pointerup"]) {
  timeline.addEventListener(wish, () => setTimeout(() => { following = atEnd(); }, 80), { passive: true });
}
const growth = new ResizeObserver(() => { follow(); setTimeout(follow, 60); });
growth.observe(list);
growth.observe(timeline);

// ---- "in 14 seconds" counts down by itself

const UNITS = [["second", 60], ["minute", 60], ["hour", 24], ["day", 7], ["week", Infinity]];
const words = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto" });
function relative(date) {
  let amount = (date - Date.now()) / 1000;
  for (const [unit, many] of UNITS) {
    if (Math.abs(amount) < many) return words.format(Math.round(amount), unit);
    amount /= many;
  }
  return "";
}
setInterval(() => {
  for (const time of document.querySelectorAll("time[data-relative]")) {
    const text = relative(new Date(time.dateTime));
    if (time.textContent !== text) time.textContent = text;
  }
}, 1000);

// ---- what went wrong is said where it is seen

const { failures } = JSON.parse(document.getElementById("words").textContent);
const outcome = document.getElementById("action-status");
const notice = document.getElementById("notice");
new MutationObserver(() => {
  const text = outcome.textContent.trim();
  notice.hidden = !failures.includes(text);
  notice.textContent = notice.hidden ? "" : text;
}).observe(outcome, { childList: true, characterData: true, subtree: true });

// ---- typing anywhere goes to the composer, as in Discord

addEventListener("keydown", (event) => {
  const busy = document.activeElement?.closest("input, textarea, select, button, [role=dialog], [popover]");
  const input = document.getElementById("channel-composer-input");
  if (busy || event.ctrlKey || event.metaKey || event.altKey || event.key.length !== 1 || !input) return;
  input.focus();
});

// ---- a page that the server forgot (after a long sleep) opens itself again

let known = false;
setInterval(async () => {
  const { authorized, contextId } = window.simcordPreview;
  if (authorized) known = true;
  if (!known || authorized || !contextId) return;
  const answer = await fetch(location.pathname, { method: "HEAD", cache: "no-store" }).catch(() => null);
  if (answer?.ok) location.reload();
}, 3000);
