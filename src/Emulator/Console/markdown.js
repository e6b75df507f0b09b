import { h } from './dom.js';

// As much of Markdown as the contract uses: headings, paragraphs, lists, tables, fences, and what is within a line.

const marks = /(`[^`]+`)|\*\*([^*]+)\*\*|\*([^*]+)\*|\[([^\]]+)\]\(([^)\s]+)\)/g;

/** What is within a line: code, emphasis, links. */
export function inline(text) {
  const nodes = [];
  let at = 0;
  for (const match of text.matchAll(marks)) {
    nodes.push(text.slice(at, match.index));
    const [whole, code, strong, emphasis, label, target] = match;
    nodes.push(code ? h('code', code.slice(1, -1))
      : strong ? h('b', strong)
      : emphasis ? h('em', emphasis)
      : /^https?:/.test(target) ? h('a', { href: target, target: '_blank', rel: 'noopener noreferrer' }, label) : label);
    at = match.index + whole.length;
  }
  nodes.push(text.slice(at));
  return nodes;
}

const cells = row => row.trim().replace(/^\||\|$/g, '').split(/(?<!\\)\|/).map(cell => cell.trim().replaceAll('\\|', '|'));

/** Markdown as elements. */
export function markdown(text) {
  const lines = text.split('\n');
  const blocks = [];
  for (let at = 0; at < lines.length;) {
    const now = lines[at];
    const taken = predicate => {
      const from = at;
      while (at < lines.length && predicate(lines[at], at - from)) at++;
      return lines.slice(from, at);
    };
    if (!now.trim()) {
      at++;
    } else if (/^#{1,6} /.test(now)) {
      at++;
      const depth = now.indexOf(' ');
      blocks.push(h(`h${Math.min(6, depth + 1)}`, inline(now.slice(depth + 1))));
    } else if (now.trim().startsWith('```')) {
      at++;
      blocks.push(h('pre.code', taken(row => !row.trim().startsWith('```')).join('\n')));
      at++;
    } else if (now.trim().startsWith('|')) {
      const [head, , ...rows] = taken(row => row.trim().startsWith('|'));
      blocks.push(h('div.table-frame', h('table',
        h('thead', h('tr', cells(head).map(cell => h('th', { scope: 'col' }, inline(cell))))),
        h('tbody', rows.map(row => h('tr', cells(row).map(cell => h('td', inline(cell)))))))));
    } else if (/^\s*[-*] /.test(now)) {
      const items = [];
      for (const row of taken((row, index) => index === 0 || /^\s*[-*] /.test(row) || /^\s{2,}\S/.test(row) && !row.trim().startsWith('|'))) {
        if (/^\s*[-*] /.test(row)) items.push(row.replace(/^\s*[-*] /, ''));
        else items[items.length - 1] += ` ${row.trim()}`;
      }
      blocks.push(h('ul', items.map(item => h('li', inline(item)))));
    } else {
      blocks.push(h('p', inline(taken((row, index) => index === 0 || (row.trim() && !/^(#|\s*[-*] |\s*\||```)/.test(row))).join(' '))));
    }
  }
  return blocks;
}
