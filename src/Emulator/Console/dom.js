// Elements are made by code and text is only ever set as text, so nothing that a remote answers can become markup.

/** h('div.card', {onclick, title}, child, …): an element; null and false are left out. */
export function h(what, ...rest) {
  const [name, ...classes] = what.split('.');
  const element = document.createElement(name || 'div');
  if (classes.length) element.className = classes.join(' ');
  if (isProperties(rest[0])) set(element, rest.shift());
  element.append(...children(rest));
  return element;
}

const isProperties = value => value !== null && typeof value === 'object' && !Array.isArray(value) && !(value instanceof Node);

export const children = list => list.flat(Infinity).filter(child => child !== null && child !== undefined && child !== false);

function set(element, properties) {
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (['value', 'checked', 'disabled', 'selected', 'indeterminate', 'open'].includes(name)) element[name] = value;
    else if (name === 'class') element.className = [element.className, value].filter(Boolean).join(' ');
    else element.setAttribute(name, value === true ? '' : value);
  }
}

/** Puts other children in, and the focus back to the element with the same data-focus. */
export function fill(element, ...content) {
  const focused = element.contains(document.activeElement) ? document.activeElement.dataset.focus : null;
  element.replaceChildren(...children(content));
  if (focused) element.querySelector(`[data-focus="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  return element;
}

const paths = {
  feed: 'M2.5 4h11M2.5 8h11M2.5 12h7',
  composer: 'M2.5 8 13.5 3 10.5 13.5 7.5 9.500zM7.5 9.5 13.5 3',
  sites: 'M3 13.500v-9l5-2v11M8 6.500l5 2v5M1.5 13.500h13M5.5 6v.010M5.5 9v.010M10.5 10v.010',
  faults: 'M8.8 1.5 3.5 9h4L7 14.5 12.5 7h-4z',
  clock: 'M8 14a6 6 0 1 0 0-12 6 6 0 0 0 0 12zM8 4.500V8l2.5 1.5',
  state: 'M2.5 13.500v-4M6.2 13.500v-8M9.9 13.500V8M13.5 13.500v-11',
  contract: 'M4 2h6l2.5 2.500V14H4zM6.5 7h4M6.5 9.500h4',
  search: 'M7 11.500a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM10.3 10.3 14 14',
  pause: 'M5.5 3.500v9M10.5 3.500v9',
  play: 'M5 3.500v9l7.5-4.500z',
  clear: 'M3 4.500h10M6.5 4.500V2.500h3v2M4.5 4.500l.6 9h5.800l.6-9',
  close: 'M4 4l8 8M12 4l-8 8',
  again: 'M12.8 6A5.2 5.2 0 1 0 13 9.500M13 3v3.200H9.8',
  copy: 'M5.5 5.500h8v8h-8zM3 10.500h-.500v-8h8V3',
  out: 'M6 3.500H3v9.500h9.500v-3M9 3h4v4M13 3 7.5 8.5',
  down: 'M4.5 6.5 8 10l3.5-3.5',
  kept: 'M3.5 8.5 6.5 11.5 12.5 4.5',
  warned: 'M8 2.5 14 13H2zM8 6.500v3M8 11.200v.050',
  broken: 'M5.5 5.500l5 5M10.5 5.500l-5 5M5.4 1.800h5.200l3.6 3.600v5.200l-3.6 3.600H5.400L1.8 10.600V5.400z',
  running: 'M4 8v.010M8 8v.010M12 8v.010',
  invoke: 'M2 3h12v10H2zM2 5.800h12',
  fetch: 'M2.5 8h11M9.5 4l4 4-4 4',
  function: 'M10.5 3C8 2 7.8 4 7.5 6l-.8 5c-.3 2-1.2 2.5-2.7 2M5 7h5',
  event: 'M8.8 1.5 3.5 9h4L7 14.5 12.5 7h-4z',
  lifecycle: 'M12.8 6A5.2 5.2 0 1 0 13 9.500M13 3v3.200H9.8',
  trigger: 'M8 14a6 6 0 1 0 0-12 6 6 0 0 0 0 12zM8 4.500V8l2.5 1.5',
  preUninstall: 'M3 4.500h10M6.5 4.500V2.500h3v2M4.5 4.500l.6 9h5.800l.6-9',
  webTrigger: 'M8 14a6 6 0 1 0 0-12 6 6 0 0 0 0 12zM2 8h12M8 2c-4 4-4 8 0 12M8 2c4 4 4 8 0 12',
  sun: 'M8 10.800a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.600zM8 1v1.500M8 13.500V15M1 8h1.500M13.5 8H15M3 3l1 1M12 12l1 1M13 3l-1 1M4 12l-1 1',
  moon: 'M13.5 9.500A6 6 0 0 1 6.5 2.500a6 6 0 1 0 7 7z',
  system: 'M2 3h12v8H2zM5.5 13.500h5',
  code: 'M5.5 4.5 2 8l3.5 3.500M10.5 4.5 14 8l-3.5 3.5',
};

/** One of the console's signs, drawn as a line; hidden from screen readers, as words stand beside it. */
export function sign(name, label) {
  const space = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(space, 'svg');
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('class', `sign sign-${name}`);
  if (label) {
    svg.setAttribute('role', 'img');
    svg.setAttribute('aria-label', label);
  } else {
    svg.setAttribute('aria-hidden', 'true');
  }
  const path = document.createElementNS(space, 'path');
  path.setAttribute('d', paths[name]);
  svg.append(path);
  return svg;
}
