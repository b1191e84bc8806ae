// The two panels: what is real here, and the languages.

const $ = (id) => document.getElementById(id);
const { cookie } = JSON.parse($("outline").textContent);
const YEAR = 365 * 24 * 3600; // seconds

for (const name of ["about", "languages"]) {
  $(`${name}-button`).addEventListener("click", () => $(name).showModal());
  $(name).addEventListener("click", (event) => { if (event.target === $(name)) $(name).close(); }); // beside it
}

// The reader's language is kept by this browser; the server's by the server, which tells the bot.

$("your-language").addEventListener("change", (event) => {
  document.cookie = `${cookie}=${event.target.value}; path=/; max-age=${YEAR}; samesite=strict`;
  location.reload();
});

$("server-language").addEventListener("change", async (event) => {
  await fetch("server-locale", { method: "POST", body: event.target.value });
});
