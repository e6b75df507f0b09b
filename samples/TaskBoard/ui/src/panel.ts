import { element, icon, icons } from './dom';

/** A list beside the tasks that comes from elsewhere: it loads by itself, and can fail by itself. */
export const panel = <Item>(title: string, about: string, load: () => Promise<Item[]>, show: (item: Item) => HTMLElement): HTMLElement => {
  const list = element('div', { 'aria-live': 'polite' });
  const refresh = async () => {
    list.replaceChildren(element('div', { class: 'skeletons', role: 'status', 'aria-label': 'Loading' },
      ...[1, 2, 3].map(() => element('span', { class: 'skeleton' }))));
    try {
      const items = await load();
      list.replaceChildren(items.length > 0
        ? element('ul', { class: 'entries' }, ...items.map(item => element('li', {}, show(item))))
        : element('p', { class: 'quiet' }, 'There is nothing here yet.'));
    } catch (error) {
      list.replaceChildren(element('p', { class: 'quiet' }, (error as Error).message),
        element('button', { type: 'button', class: 'subtle', onclick: refresh }, icon(icons.again), 'Try again'));
    }
  };
  void refresh();
  return element('section', { class: 'panel' }, element('h2', {}, title), element('p', { class: 'quiet' }, about), list);
};
