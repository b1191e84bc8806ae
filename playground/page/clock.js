// The status card: the turn, what the creatures are doing, and the clock, which goes on between two looks.

const $ = (id) => document.getElementById(id);
let due = null; // when the next turn comes, on the page's own clock
let span = 0; // milliseconds from the moment it was known to that one
let words = null;

export function drawStatus(status, said) {
  words = said;
  $("status-headline").textContent = status.headline;
  $("status-detail").textContent = status.detail;
  $("status-thinking").hidden = $("thinking-bar").hidden = !status.thinking;
  $("advance").hidden = !status.may_advance && !status.thinking;
  $("advance").disabled = !status.may_advance;
  const coming = status.seconds_left === null ? null : performance.now() + 1000 * status.seconds_left;
  if (coming === null || due === null || Math.abs(coming - due) > 1500) span = coming === null ? 0 : coming - performance.now();
  due = coming;
  $("clock").hidden = status.thinking || !status.may_advance;
  drawClock();
}

export function drawClock() {
  if (!words) return;
  const left = due === null ? null : Math.max(0, Math.ceil((due - performance.now()) / 1000));
  const coming = left ? words.next_turn.replace("{time}", digits(left)) : words.due;
  const text = left === null ? words.clock_rests : coming;
  if ($("clock").textContent !== text) $("clock").textContent = text;
  $("clock-bar").style.width = span && left !== null ? `${Math.min(100, Math.max(0, 100 - 100 * (due - performance.now()) / span))}%` : "0";
}

function digits(seconds) {
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  if (!parts[0]) parts.shift();
  return parts.map((part, index) => (index ? String(part).padStart(2, "0") : part)).join(":");
}
