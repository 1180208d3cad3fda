/** How the pages behind links look: light and dark, from a phone's width on. Every pair of colours has a contrast of at least 4.5 : 1. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #fbf8f3; --surface: #ffffff; --ink: #1f1a15; --quiet: #6b6259; --line: rgb(31 26 21 / 0.45);
  --action: #0b6e4f; --on-action: #ffffff; --tea: #8a4b1f; --bad: #b3261e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #15120f; --surface: #1e1a16; --ink: #f3eee7; --quiet: #a89f95; --line: rgb(243 238 231 / 0.45);
    --action: #4cc79a; --on-action: #15120f; --tea: #d49a6a; --bad: #ff8a80;
  }
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
body {
  margin: 0; min-height: 100vh; padding: 24px 16px; display: grid; place-items: center; align-content: center; gap: 24px;
  background: var(--paper); color: var(--ink);
  font: 450 16px/24px 'Plus Jakarta Sans', system-ui, sans-serif;
}
main { width: 100%; max-width: 440px; padding: 24px; border-radius: 10px; background: var(--surface); }
.brand { margin: 0 0 16px; color: var(--tea); font-size: 20px; font-weight: 650; }
h1 { margin: 0 0 8px; font-size: 28px; line-height: 36px; font-weight: 650; overflow-wrap: anywhere; }
p { margin: 0 0 16px; }
p:empty { display: none; }
form { margin: 0; }
label { display: block; margin: 0 0 4px; font-weight: 650; }
.field { margin: 0 0 16px; }
input[type='password'], input[type='text'] {
  width: 100%; min-height: 48px; padding: 8px 12px; border: 1px solid var(--line); border-radius: 8px;
  background: var(--paper); color: var(--ink); font: inherit;
}
input[aria-invalid='true'] { border-color: var(--bad); border-width: 2px; }
.help { margin: 4px 0 0; color: var(--quiet); font-size: 14px; line-height: 20px; }
.check { display: flex; align-items: center; gap: 8px; min-height: 32px; font-weight: 450; }
.check input { width: 20px; height: 20px; margin: 0; accent-color: var(--action); }
button {
  width: 100%; min-height: 48px; padding: 8px 16px; border: 0; border-radius: 8px; cursor: pointer;
  background: var(--action); color: var(--on-action); font: inherit; font-weight: 650;
}
button[aria-disabled='true'] { cursor: progress; opacity: 0.75; }
:focus-visible { outline: 3px solid var(--action); outline-offset: 2px; }
.problem { color: var(--bad); font-weight: 650; }
form + .problem, #done { margin-bottom: 0; }
nav { font-size: 14px; line-height: 20px; }
nav a { color: var(--quiet); display: inline-block; padding: 8px; }
`;
