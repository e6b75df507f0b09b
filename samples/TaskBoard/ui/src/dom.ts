type Child = Node | string | null | undefined | false;
type Properties = Record<string, unknown>;

/** Makes an element: names that begin with "on" are listeners, others attributes; true is an attribute without a value. */
export const element = <Name extends keyof HTMLElementTagNameMap>(
  name: Name, properties: Properties = {}, ...children: Child[]
): HTMLElementTagNameMap[Name] => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (typeof value === 'function') made.addEventListener(key.slice(2), value as EventListener);
    else if (value === true) made.setAttribute(key, '');
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(key, String(value));
  }
  made.append(...children.filter((child): child is Node | string => child instanceof Node || typeof child === 'string'));
  return made;
};

/** An icon of lines, 16 pixels in each direction, that screen readers pass over. */
export const icon = (path: string): SVGElement => {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('aria-hidden', 'true');
  const line = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  line.setAttribute('d', path);
  svg.append(line);
  return svg;
};

export const icons = {
  add: 'M8 3v10M3 8h10',
  bin: 'M3 4.5h10M6.5 4.5v-1a1 1 0 0 1 1-1h1a1 1 0 0 1 1 1v1M4.5 4.5l.5 8a1 1 0 0 0 1 1h4a1 1 0 0 0 1-1l.5-8M7 7v4M9 7v4',
  again: 'M13 8a5 5 0 1 1-1.5-3.5M13 2.5v3h-3',
  page: 'M4 2.5h5l3 3v8H4zM9 2.5v3h3M6 8.5h4M6 11h4',
};

const units: [Intl.RelativeTimeFormatUnit, number][] = [['day', 86_400], ['hour', 3_600], ['minute', 60]];

/** "5 minutes ago", in the language of who reads it. */
export const ago = (time: string, locale: string): string => {
  const seconds = (Date.now() - Date.parse(time)) / 1_000;
  const words = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  for (const [unit, size] of units) if (seconds >= size) return words.format(-Math.floor(seconds / size), unit);
  return 'just now';
};

/** Says something to those who can't see it happen. */
export const announce = (text: string) => {
  const place = document.getElementById('announcements');
  if (place) place.textContent = text;
};
