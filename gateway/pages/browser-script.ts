/**
 * The script of the pages behind links, which runs in the browser: checks what was typed, sends the mutation when the button is pressed
 * and never before, and says what came of it.
 */
import { PAGE_OPERATIONS } from './operations.js';

export const browserScript = () => `
'use strict';
const OPERATIONS = ${JSON.stringify(PAGE_OPERATIONS)};
const MINIMUM_PASSWORD = 8;
/** By the code of an error. */
const PROBLEMS = {
  LINK_INVALID: 'link', LINK_EXPIRED: 'link', INVALID_TOKEN: 'link', NOT_FOUND: 'link',
  TOO_MANY_ATTEMPTS: 'later', RATE_LIMITED: 'later',
};

const main = document.querySelector('main');
const form = document.querySelector('form');
const button = form.querySelector('button');
const problem = document.getElementById('problem');
const texts = JSON.parse(main.dataset.texts);
const token = new URLSearchParams(location.search).get('token') || '';
const field = (name) => form.elements.namedItem(name);

/** @param name of the field to mend, if it is one. */
function complain(text, name) {
  for (const input of form.querySelectorAll('input')) input.removeAttribute('aria-invalid');
  problem.textContent = text;
  const input = name && field(name);
  if (!input) return;
  input.setAttribute('aria-invalid', 'true');
  input.focus();
}

function end(text) {
  form.hidden = true;
  document.getElementById('lead').hidden = true;
  complain(text);
}

/** What is typed, or undefined where something is to be mended. */
function typed() {
  if (!field('password')) return {};
  const password = field('password').value;
  if ([...password].length < MINIMUM_PASSWORD) return complain(texts.problems.short, 'password');
  if (password !== field('again').value) return complain(texts.problems.mismatch, 'again');
  return { password };
}

async function send(variables) {
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json, application/json',
      'accept-language': document.documentElement.lang,
    },
    body: JSON.stringify({ query: OPERATIONS[main.dataset.purpose], variables }),
  });
  const { data, errors = [] } = await response.json();
  const fault = errors[0] || (data && data.result && data.result.userErrors[0]);
  if (fault) return { code: fault.code || (fault.extensions && fault.extensions.code), message: fault.message };
  return data && data.result ? undefined : { code: 'INTERNAL_SERVER_ERROR' };
}

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  if (button.getAttribute('aria-disabled') === 'true') return;
  complain('');
  const input = typed();
  if (!input) return;
  button.setAttribute('aria-disabled', 'true');
  button.textContent = texts.busy;
  try {
    const fault = await send({ token, ...input });
    if (!fault) {
      form.hidden = true;
      document.getElementById('lead').hidden = true;
      document.querySelector('nav').hidden = true;
      document.querySelector('h1').textContent = texts.done;
      document.title = texts.done + ' – Kedai';
      document.getElementById('done').textContent = texts.doneLead;
      return;
    }
    const known = PROBLEMS[fault.code];
    if (known === 'link') end(texts.problems.link);
    else if (known) complain(texts.problems[known]);
    else complain((fault.code === 'INVALID_INPUT' && fault.message) || texts.problems.refused);
  } catch {
    complain(texts.problems.unreachable);
  } finally {
    button.removeAttribute('aria-disabled');
    button.textContent = texts.button;
  }
});

const show = field('show');
if (show) {
  show.addEventListener('change', () => {
    for (const name of ['password', 'again']) field(name).type = show.checked ? 'text' : 'password';
  });
}

if (token) form.hidden = false;
else end(texts.problems.incomplete);
`;
