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

const isShown = (name) => field(name) && !field(name).closest('[hidden]');

/** What is typed, or undefined where something is to be mended. */
function typed() {
  const input = {};
  if (isShown('name')) {
    input.name = field('name').value.trim();
    if (input.name === '') return complain(texts.problems.name, 'name');
  }
  if (isShown('password')) {
    input.password = field('password').value;
    if ([...input.password].length < MINIMUM_PASSWORD) return complain(texts.problems.short, 'password');
    if (input.password !== field('again').value) return complain(texts.problems.mismatch, 'again');
  }
  return input;
}

/** Shows the parts of the form that the answer asks for and that were not shown. Answers whether there are any. */
function ask(fields) {
  const asked = [...form.querySelectorAll('[data-asked-for][hidden]')].filter(({ dataset }) => fields.includes(dataset.askedFor));
  for (const part of asked) part.hidden = false;
  if (asked.length > 0) {
    document.getElementById('lead').textContent = texts.asked;
    asked[0].querySelector('input').focus();
  }
  return asked.length > 0;
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
  const userErrors = (data && data.result && data.result.userErrors) || [];
  const fault = errors[0] || userErrors[0];
  const fields = userErrors.map(({ field }) => field && field[field.length - 1]);
  if (fault) return { code: fault.code || (fault.extensions && fault.extensions.code), message: fault.message, fields };
  return data && data.result ? undefined : { code: 'INTERNAL_SERVER_ERROR', fields };
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
    if (ask(fault.fields)) return;
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
