import { fill, h, sign } from './dom.js';
import { inline, markdown } from './markdown.js';

let text;

/** The contract's sections: [{number, title, text}], or null where this emulator has no contract in it. */
async function sections() {
  text ??= fetch('contract').then(response => response.ok ? response.text() : null, () => null);
  const whole = await text;
  return whole === null ? null : whole.split(/^(?=## )/m).slice(1).map(section => {
    const end = section.indexOf('\n');
    const [, number, title] = section.slice(3, end).match(/^(\d+)\.?\s*(.*)$/) ?? [null, '', section.slice(3, end)];
    return { number, title, text: section.slice(end + 1) };
  });
}

const missing = 'This emulator was built without the text of the contract: read docs/forge-contract.md in the repository.';

/** The button that shows a section. */
export const sectionButton = number => h('button.section-button', {
  type: 'button', 'aria-haspopup': 'dialog', title: `Section ${number} of the contract`,
  onclick: event => {
    event.stopPropagation();
    showSection(number);
  },
}, `§ ${number}`);

export async function showSection(number) {
  const wanted = String(number).split('.')[0];
  const section = (await sections())?.find(section => section.number === wanted);
  const dialog = h('dialog.sheet', { 'aria-label': `Contract, section ${number}` },
    h('header', h('h2', section ? [h('span.section-number', `§ ${section.number}`), ' ', inline(section.title)] : `§ ${number}`),
      h('button.quiet.icon-button', { type: 'button', 'aria-label': 'Close', onclick: () => dialog.close() }, sign('close'))),
    h('div.prose', { tabindex: '0' }, section ? markdown(section.text) : h('p', missing)),
    h('footer', h('a', { href: `#/contract/${number}`, onclick: () => dialog.close() }, 'The whole contract')));
  dialog.addEventListener('close', () => dialog.remove());
  dialog.addEventListener('click', event => event.target === dialog && dialog.close());
  document.body.append(dialog);
  dialog.showModal();
}

/** The view: all of it, with a list of the sections. */
export async function contractView(view, [number]) {
  const all = await sections();
  fill(view, h('div.page', h('header.page-head', h('div', h('h1', 'The contract'),
    h('p', 'What the platform promises a remote and expects of it: what every verdict of the feed refers to.'))),
    all === null ? h('div.empty', h('p', missing)) : h('div.contract',
      h('nav.contents', { 'aria-label': 'Sections' }, all.map(section =>
        h('a', { href: `#/contract/${section.number || section.title}` }, h('span.section-number', section.number && `§ ${section.number}`), h('span', inline(section.title))))),
      h('div.prose', all.map(section => h('section', { id: `section-${section.number || section.title}` },
        h('h2', section.number && h('span.section-number', `§ ${section.number} `), inline(section.title)), markdown(section.text)))))));
  if (number) document.getElementById(`section-${number.split('.')[0]}`)?.scrollIntoView();
}
