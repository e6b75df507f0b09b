import { curl } from './api.js';
import { h, sign } from './dom.js';
import { copy } from './said.js';

let menus = 0;

/** A button with a menu: items are [label, action, hint?]. */
export function menuButton(label, items, { classes = '', title } = {}) {
  const id = `menu-${++menus}`;
  const list = h('div.menu', { id, role: 'menu', popover: 'auto' }, items().map(([text, action, hint]) =>
    h('button', { type: 'button', role: 'menuitem', tabindex: '-1', onclick: () => {
      list.hidePopover();
      action();
    } }, h('span', text), hint && h('small', hint))));
  const button = h('button', { type: 'button', class: classes, 'aria-haspopup': 'menu', 'aria-expanded': 'false', popovertarget: id, title, 'aria-label': title }, label);
  list.addEventListener('beforetoggle', event => {
    button.setAttribute('aria-expanded', String(event.newState === 'open'));
    if (event.newState !== 'open') return;
    const place = button.getBoundingClientRect();
    list.style.top = `${place.bottom + 4}px`;
    list.style.right = `${document.documentElement.clientWidth - place.right}px`;
  });
  list.addEventListener('toggle', event => event.newState === 'open' && list.querySelector('button')?.focus());
  list.addEventListener('keydown', event => {
    const all = [...list.querySelectorAll('button')];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === 'Escape' || event.key === 'Tab') {
      list.hidePopover();
      button.focus();
      event.stopPropagation();
    } else if (step) {
      all[(all.indexOf(document.activeElement) + step + all.length) % all.length].focus();
      event.preventDefault();
      event.stopPropagation();
    }
  });
  return h('span.menu-anchor', button, list);
}

/** The button that shows a panel's calls as commands: [[what, call], …]. */
export function asCurl(calls, isSmall) {
  return h(isSmall ? 'button.quiet.icon-button' : 'button.quiet', { type: 'button', 'aria-haspopup': 'dialog', title: 'The HTTP calls that do the same', 'aria-label': 'As curl', onclick: show }, sign('code'), isSmall ? null : 'as curl');

  function show() {
    const dialog = h('dialog.sheet', { 'aria-label': 'As curl' },
      h('header', h('h2', 'As curl'), h('button.quiet.icon-button', { type: 'button', 'aria-label': 'Close', onclick: () => dialog.close() }, sign('close'))),
      h('div.commands', { tabindex: '0' }, calls().map(([what, wanted]) => h('div.command', h('h3', what), command(() => curl(wanted))))),
      h('footer', h('span', 'All routes: '), h('a', { href: '../openapi.json', target: '_blank', rel: 'noopener' }, 'openapi.json')));
    dialog.addEventListener('close', () => dialog.remove());
    dialog.addEventListener('click', event => event.target === dialog && dialog.close());
    document.body.append(dialog);
    dialog.showModal();
  }
}

/** A command with a button that copies it. */
export function command(text) {
  return h('div.command-line', h('pre.code', { tabindex: '0' }, text()),
    h('button.quiet.icon-button', { type: 'button', 'aria-label': 'Copy', title: 'Copy', onclick: () => copy(text(), 'The command is') }, sign('copy')));
}

/** A row of choices of which one is chosen. */
export function choices(label, options, chosen, onchoose) {
  const group = h('div.choices', { role: 'radiogroup', 'aria-label': label }, options.map(([value, text, title]) => h('button', {
    type: 'button', role: 'radio', title, 'data-value': value, onclick: () => choose(value, true),
  }, text)));
  group.addEventListener('keydown', event => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    const at = options.findIndex(([value]) => String(value) === group.dataset.chosen);
    choose(options[(at + step + options.length) % options.length][0], true);
    group.querySelector('[aria-checked=true]').focus();
    event.preventDefault();
    event.stopPropagation();
  });
  choose(chosen, false);
  group.choose = value => choose(value, false);
  return group;

  function choose(value, tells) {
    group.dataset.chosen = String(value);
    for (const button of group.children) {
      const isChosen = button.dataset.value === String(value);
      button.setAttribute('aria-checked', String(isChosen));
      button.tabIndex = isChosen ? 0 : -1;
    }
    if (![...group.children].some(button => button.tabIndex === 0) && group.firstChild) group.firstChild.tabIndex = 0;
    if (tells) onchoose(value);
  }
}

let fields = 0;

/** A control with a label, and a hint that is said after it. */
export function field(label, control, hint) {
  control.id ||= `field-${++fields}`;
  if (hint) control.setAttribute('aria-describedby', `${control.id}-hint`);
  return h('div.field', h('label.label', { for: control.id }, label), control, hint && h('small.hint', { id: `${control.id}-hint` }, hint));
}

export const select = (options, chosen, properties = {}) => h('select', properties, options.map(([value, text]) =>
  h('option', { value, selected: value === chosen }, text)));
