import { h, sign } from './dom.js';

const shown = 6000;

/** A word of the console's own at the window's foot: what was done, or why not. */
export function say(text, tone = 'done') {
  const toast = h(`div.toast.${tone}`, sign(tone === 'problem' ? 'broken' : 'kept'), h('span', text),
    h('button.quiet.icon-button', { type: 'button', 'aria-label': 'Dismiss', onclick: () => toast.remove() }, sign('close')));
  const toasts = document.getElementById('toasts');
  toasts.append(toast);
  while (toasts.children.length > 3) toasts.firstChild.remove();
  setTimeout(() => toast.remove(), tone === 'problem' ? 2 * shown : shown);
}

let last = 0;

/** Tells a screen reader of what broke the contract: sparingly, as a feed of fifty a second is no speech. */
export function announce(text) {
  if (Date.now() - last < 5000) return;
  last = Date.now();
  document.getElementById('said').replaceChildren(h('p', text));
}

export async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
    say(`${what} copied.`);
  } catch {
    say('The browser does not let the console write to the clipboard.', 'problem');
  }
}
