import { h } from './dom.js';

// Beyond this a body is shown as it came: colours are no help there.
const mostColoured = 150_000;
const tokens = /("(?:\\.|[^"\\])*")(\s*:)?|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|\b(true|false|null)\b/g;

/** JSON text in light colours, as nodes. */
export function coloured(text) {
  if (text.length > mostColoured) return [text];
  const nodes = [];
  let at = 0;
  for (const match of text.matchAll(tokens)) {
    if (match.index > at) nodes.push(text.slice(at, match.index));
    const [whole, string, colon, digits, word] = match;
    if (colon) nodes.push(h('span.j-name', string), colon);
    else nodes.push(h(string ? 'span.j-text' : digits ? 'span.j-number' : 'span.j-word', string ?? digits ?? word));
    at = match.index + whole.length;
  }
  nodes.push(text.slice(at));
  return nodes;
}

/** A body that a remote sent or got: pretty where it is JSON, else as it is. */
export function bodyOf(body) {
  const value = parsed(body);
  const text = value === undefined ? String(body) : JSON.stringify(value, null, 2);
  return h('pre.code', { tabindex: '0' }, value === undefined ? text : coloured(text));
}

export const jsonOf = value => h('pre.code', { tabindex: '0' }, coloured(JSON.stringify(value, null, 2) ?? ''));

export function parsed(text) {
  if (typeof text !== 'string') return text;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

let editors = 0;

/**
 * A field for JSON that is checked as one types. `allowsText`: what is no JSON is sent as text. `value()` throws what is wrong with it.
 */
export function jsonField({ label, text = '', rows = 8, allowsText = false, allowsNothing = true, placeholder, onchange }) {
  const id = `json-${++editors}`;
  const back = h('pre.code', { 'aria-hidden': 'true' });
  const area = h('textarea.code', { id, rows, placeholder, spellcheck: 'false', autocomplete: 'off', 'aria-describedby': `${id}-check`, oninput: check, onscroll: follow });
  const verdict = h('span.check', { id: `${id}-check`, role: 'status' });
  const tidy = h('button.quiet.small', { type: 'button', onclick: format }, 'Format');
  area.value = text;
  const field = h('div.field.json-field',
    h('div.field-head', h('label', { for: id }, label), verdict, tidy),
    h('div.editor', back, area));

  function look() {
    const now = area.value.trim();
    if (!now) return { isEmpty: true };
    try {
      return { value: JSON.parse(now) };
    } catch (problem) {
      return { problem: problem.message.replace(/^JSON\.parse: /, '') };
    }
  }

  function check() {
    const { isEmpty, problem } = look();
    const isWrong = isEmpty ? !allowsNothing : problem && !allowsText;
    verdict.textContent = isEmpty ? allowsNothing ? '' : 'Something is needed here' : problem ? allowsText ? 'sent as text' : problem : 'valid JSON';
    verdict.classList.toggle('wrong', Boolean(isWrong));
    area.setAttribute('aria-invalid', String(Boolean(isWrong)));
    tidy.hidden = Boolean(isEmpty || problem);
    back.replaceChildren(...problem ? [area.value] : coloured(area.value), '\n');
    follow();
    onchange?.();
  }

  function follow() {
    back.scrollTop = area.scrollTop;
    back.scrollLeft = area.scrollLeft;
  }

  function format() {
    area.value = JSON.stringify(look().value, null, 2);
    check();
  }

  check();
  return {
    element: field,
    area,
    set(next) {
      area.value = next;
      check();
    },
    text: () => area.value,
    value() {
      const { isEmpty, problem, value } = look();
      if (isEmpty) return undefined;
      if (!problem) return value;
      if (allowsText) return area.value;
      throw new Error(`${label} is no JSON: ${problem}`);
    },
  };
}
