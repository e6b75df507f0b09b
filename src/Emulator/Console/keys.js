import { h, sign } from './dom.js';

export const goes = { f: 'feed', c: 'composer', s: 'sites', x: 'faults', k: 'clock', t: 'state', d: 'contract' };

const list = [
  ['Anywhere', [['/', 'search the feed'], ['c', 'composer'], ['?', 'this list'], ['Esc', 'close what is open'], ['Ctrl Enter', 'send what is composed']]],
  ['Go', Object.entries(goes).map(([key, view]) => [`g ${key}`, view])],
  ['In the feed', [['j or ↓', 'older'], ['k or ↑', 'newer'], ['Home, End', 'newest, oldest'], ['Enter', 'the details'], ['r', 'replay'], ['e', 'open in the composer'], ['p', 'pause, go on']]],
];

export function showKeys() {
  if (document.querySelector('dialog[open]')) return;
  const dialog = h('dialog.sheet.keys-sheet', { 'aria-label': 'Keyboard shortcuts' },
    h('header', h('h2', 'Keyboard'), h('button.quiet.icon-button', { type: 'button', 'aria-label': 'Close', onclick: () => dialog.close() }, sign('close'))),
    h('div.key-lists', list.map(([title, keys]) => h('section', h('h3', title), h('dl', keys.map(([key, what]) => h('div',
      h('dt', key.split(/( or |, | )/).map(part => /^( or |, | )$/.test(part) ? part : h('kbd', part))), h('dd', what))))))));
  dialog.addEventListener('close', () => dialog.remove());
  dialog.addEventListener('click', event => event.target === dialog && dialog.close());
  document.body.append(dialog);
  dialog.showModal();
}

/** Listens to the keyboard for the whole window. `current()` is the view that is shown. */
export function listen(current, go) {
  let begun = 0;
  addEventListener('keydown', event => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      if (current()?.submit) {
        event.preventDefault();
        current().submit();
      }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || document.querySelector('dialog[open], [popover]:popover-open')) return;
    const isWriting = event.target.matches?.('input:not([type=checkbox]):not([type=range]), textarea, select');
    if (isWriting) {
      if (event.key === 'Escape') {
        if (event.target.type === 'search' && event.target.value) return;
        event.target.blur();
        event.preventDefault();
      }
      return;
    }
    const view = current();
    if (Date.now() - begun < 1500 && goes[event.key]) {
      begun = 0;
      go(goes[event.key]);
    } else if (event.key === 'g') {
      begun = Date.now();
      return;
    } else if (event.key === '?') {
      showKeys();
    } else if (event.key === 'c') {
      go('composer');
    } else if (event.key === '/') {
      // What is typed next is meant for the field: it has the focus at once, or as soon as its view is there.
      const focus = () => document.querySelector('[data-keys=search]')?.focus();
      if (document.querySelector('[data-keys=search]')) focus();
      else {
        addEventListener('hashchange', focus, { once: true });
        go('feed');
      }
    } else if (view?.keys[event.key]) {
      view.keys[event.key]();
    } else {
      begun = 0;
      return;
    }
    begun = 0;
    event.preventDefault();
  });
}
