import { h } from './dom.js';

const bucket = 2000;
const width = 6;
const height = 40;

/** The last minutes at a glance: requests in steps of two seconds, what broke the contract at the foot, where the eye finds it. */
export function pulse(signal) {
  const canvas = h('canvas', { height, 'aria-hidden': 'true' });
  const legend = h('span.pulse-legend');
  const frame = h('div.pulse', canvas, legend);
  const buckets = new Map();
  const noted = new Map();
  let isDue = true;

  function note(request) {
    const at = Math.floor(Date.parse(request.at) / bucket);
    const before = noted.get(request.id);
    const now = buckets.get(at) ?? { kept: 0, warned: 0, broken: 0, running: 0 };
    if (before) now[before]--;
    now[request.verdict] = (now[request.verdict] ?? 0) + 1;
    noted.set(request.id, request.verdict);
    buckets.set(at, now);
    isDue = true;
  }

  function draw() {
    const wide = frame.clientWidth;
    if (!wide) return;
    const sharp = devicePixelRatio || 1;
    canvas.width = wide * sharp;
    canvas.height = height * sharp;
    canvas.style.width = `${wide}px`;
    const context = canvas.getContext('2d');
    context.scale(sharp, sharp);
    const style = getComputedStyle(frame);
    const colour = Object.fromEntries(['kept', 'warned', 'broken', 'line'].map(name => [name, style.getPropertyValue(`--pulse-${name}`)]));
    const now = Math.floor(Date.now() / bucket);
    const many = Math.ceil(wide / width);
    const most = Math.max(4, ...Array.from({ length: many }, (_, index) => total(buckets.get(now - index))));
    const room = height - 6;
    for (let index = 0; index < many; index++) {
      const x = wide - (index + 1) * width;
      const here = buckets.get(now - index);
      context.fillStyle = colour.line;
      context.fillRect(x, height - 1, width - 2, 1);
      if (!here) continue;
      let y = height;
      for (const [count, name] of [[here.broken, 'broken'], [here.warned, 'warned'], [here.kept + here.running, 'kept']]) {
        if (!count) continue;
        const tall = Math.max(2, count / most * room);
        context.fillStyle = colour[name];
        context.fillRect(x, y - tall, width - 2, tall);
        y -= tall;
      }
    }
    for (const at of buckets.keys()) if (at < now - 2000) buckets.delete(at);
    legend.textContent = `${Math.round(many * bucket / 60_000)} min`;
    isDue = false;
  }

  // Time goes on also when nothing comes.
  let ticks = 0;
  const timer = setInterval(() => {
    if (!document.hidden && (isDue || ticks++ % 4 === 0)) draw();
  }, 500);
  const again = () => { isDue = true; draw(); };
  addEventListener('themechange', again, { signal });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', again, { signal });
  new ResizeObserver(again).observe(frame);
  signal.addEventListener('abort', () => clearInterval(timer));
  frame.note = note;
  frame.forget = id => noted.delete(id);
  frame.clear = () => {
    buckets.clear();
    noted.clear();
    again();
  };
  return frame;
}

const total = counts => counts ? counts.kept + counts.warned + counts.broken + counts.running : 0;
